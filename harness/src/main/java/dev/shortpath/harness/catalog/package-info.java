/** What can be asked for by name: experiments, testbeds, workloads, collectors, reports. */
package dev.shortpath.harness.catalog;

/** What numbers mean, and the collectors that read a trial's cost before and after it. */
package dev.shortpath.harness.metric;

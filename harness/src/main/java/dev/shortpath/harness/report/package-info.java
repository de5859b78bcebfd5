/** What the harness asks of a report; its writers live in a module of their own. */
package dev.shortpath.harness.report;

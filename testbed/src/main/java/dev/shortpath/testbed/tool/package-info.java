/** Where the programs are that a testbed starts: the project's own and the system's. */
package dev.shortpath.testbed.tool;

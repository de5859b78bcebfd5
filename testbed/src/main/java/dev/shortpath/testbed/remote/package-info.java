/** Running programs: on this machine, in a cgroup, in a network namespace. */
package dev.shortpath.testbed.remote;

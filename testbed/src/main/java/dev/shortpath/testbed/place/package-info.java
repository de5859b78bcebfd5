/** Nodes and pods: the places where the parts of a testbed run. */
package dev.shortpath.testbed.place;

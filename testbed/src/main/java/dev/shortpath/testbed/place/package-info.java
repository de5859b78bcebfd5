/** Nodes, pods and external hosts: the places where the parts of a testbed run. */
package dev.shortpath.testbed.place;

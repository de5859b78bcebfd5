/**
 * What the machine's processors do while they have nothing to do. One that has fallen asleep must
 * be woken before it takes a message, which costs the same on every path: on a virtual machine more
 * than the path itself.
 */
package dev.shortpath.testbed.idle;

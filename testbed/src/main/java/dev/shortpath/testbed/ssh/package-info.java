/**
 * Hosts that are reached by SSH, by keys alone. A host's key must be known beforehand: one that is
 * unknown or has changed is refused, never taken. The only package that knows JSch.
 */
package dev.shortpath.testbed.ssh;

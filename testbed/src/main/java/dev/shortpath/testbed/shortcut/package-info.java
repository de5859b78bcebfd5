/** Shortcuts past the network stack that a treatment switches on or off. One class each. */
package dev.shortpath.testbed.shortcut;

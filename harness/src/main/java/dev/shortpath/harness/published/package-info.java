/** Turns published raw data into run directories, so that they are analysed like one's own. */
package dev.shortpath.harness.published;

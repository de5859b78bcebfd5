/** What every kind of testbed needs of a run: its id, its owner, its levels, its end. */
package dev.shortpath.testbed.run;

/**
 * The testbed on network namespaces: every node and every pod is one, nothing on the host changes.
 *
 * <p>Everything carries the run's id: namespaces {@code sp-RUN-…}, the cgroup {@code
 * shortpath/RUN}, the state directory {@code /run/shortpath/RUN}. The state directory is made first
 * and removed last and says which process owns the run, so that what a dead run left behind can be
 * told from a live one's.
 */
package dev.shortpath.testbed.netns;

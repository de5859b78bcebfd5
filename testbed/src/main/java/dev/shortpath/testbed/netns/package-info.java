/**
 * The testbed on network namespaces: every node and every pod is one, nothing on the host changes.
 *
 * <p>Everything carries the run's id: namespaces {@code sp-RUN-…}, the cgroup {@code
 * shortpath/RUN}, the state directory {@code /run/shortpath/RUN}. The state directory is made first
 * and removed last and says which process owns the run, so that what a dead run left behind can be
 * told from a live one's.
 *
 * <p>Topology {@code pods}: a client pod and a server pod, on one node or two, with or without a
 * mesh.
 *
 * <p>Topology {@code service-path}: client – router – worker – pods, dual stack, the links between
 * client, router and workers shaped. A worker routes between its uplink and a link to each of its
 * pods; it has one Service data plane. There is a worker for each combination of data plane,
 * protocol and traffic policy, all standing at once, so that a treatment chooses its worker and
 * only brings the number of Services to its level. Connection tracking: a worker forgets ended TCP
 * connections after 2 to 5 s and idle UDP flows after 10 s, and all flows before each trial; the
 * most that it can track is the host's {@code nf_conntrack_max}, which a namespace cannot change.
 */
package dev.shortpath.testbed.netns;

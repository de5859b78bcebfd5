/** Service meshes: what stands between a client pod and a server pod. One class each. */
package dev.shortpath.testbed.mesh;

/**
 * Topology {@code service-path}, client – router – worker – pods, as far as it is the same wherever
 * it stands: its treatments and parameters, the Services, the scene and the rules that attest it. A
 * testbed brings the places ({@link dev.shortpath.testbed.servicepath.ServicePathPlaces}) and the
 * worker's data plane.
 */
package dev.shortpath.testbed.servicepath;

/**
 * Container images of the agent and of the workload: each its programs with the libraries that they
 * load, built reproducibly and without a registry, a daemon or a network.
 */
package dev.shortpath.image;

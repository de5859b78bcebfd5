/**
 * Container images of the agent and of the workload: each a program with the libraries that it
 * loads, built reproducibly and without a registry, a daemon or a network.
 */
package dev.shortpath.image;

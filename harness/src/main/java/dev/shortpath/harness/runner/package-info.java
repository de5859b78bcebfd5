/**
 * Plan, set up, warm up, measure, attest, collect, tear down; the order of things, and nothing of
 * their kind.
 */
package dev.shortpath.harness.runner;

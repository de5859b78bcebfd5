/**
 * What is asked: experiments, their factors and claims, and the plan that follows from them. Data
 * and pure functions; nothing here reads a file or starts a process.
 */
package dev.shortpath.harness.experiment;

package dev.shortpath.harness.testbed;

import java.time.Duration;

/**
 * What a workload says that it sent, warm-up included: attestation holds the counters against it.
 *
 * @param connections opened by the client
 * @param messagesToServer application messages written by the client
 * @param messagesToClient application messages written by the server
 * @param bytesToServer application bytes written by the client
 * @param bytesToClient application bytes written by the server
 * @param duration from the first message to the last
 */
public record Traffic(
    long connections,
    long messagesToServer,
    long messagesToClient,
    long bytesToServer,
    long bytesToClient,
    Duration duration) {}

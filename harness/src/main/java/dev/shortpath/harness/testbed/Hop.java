package dev.shortpath.harness.testbed;

/**
 * What one leg of the path carried during a trial.
 *
 * @param name for example {@code client → node proxy}
 * @param mechanism what the treatment asks of this leg: {@code stack} or {@code redirect}
 * @param redirected messages that went from socket to socket, both directions; -1 where not counted
 * @param stack messages that went through the stack on paired sockets, both directions; -1 likewise
 * @param packets packets that interfaces of this leg counted, both directions; -1 likewise
 * @param connections that this leg's acceptor counted; -1 likewise
 * @param ok whether this leg did what the treatment asks
 */
public record Hop(
    String name,
    String mechanism,
    long redirected,
    long stack,
    long packets,
    long connections,
    boolean ok) {}

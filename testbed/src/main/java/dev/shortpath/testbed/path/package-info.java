/**
 * Which path did the messages take? Rules over counters, without side effects.
 *
 * <p>A path is a row of legs; a leg is one TCP connection's way from the program that opened it to
 * the program that accepted it. Each leg has evidence of its own:
 *
 * <ul>
 *   <li>interfaces that every packet of the leg crosses. From their packets and bytes follows the
 *       TCP payload that crossed them, whatever the segmentation: bytes minus {@link
 *       dev.shortpath.testbed.path.PathRules#header header} for each packet;
 *   <li>the accepting proxy's counters of connections and bytes;
 *   <li>the agent's counters of messages and bytes, by the accepting socket's port.
 * </ul>
 */
package dev.shortpath.testbed.path;

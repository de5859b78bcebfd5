package dev.shortpath.harness.workload.ditg;

/**
 * Who sent to whom. Two senders that log to one receiver count their flows from 1 both; so a flow
 * is told by its number, addresses and ports together.
 *
 * @param number as the sender counts
 * @param source address as text
 * @param sourcePort of the sender
 * @param destination address as text
 * @param destinationPort of the receiver
 */
public record DitgFlow(
    int number, String source, int sourcePort, String destination, int destinationPort) {
  static DitgFlow of(DitgRecord record) {
    return new DitgFlow(
        record.flow(),
        record.source(),
        record.sourcePort(),
        record.destination(),
        record.destinationPort());
  }
}

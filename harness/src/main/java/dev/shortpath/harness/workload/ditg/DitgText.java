package dev.shortpath.harness.workload.ditg;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A summary in words, with the labels, units and digits of ITGDec, so that the two can be laid side
 * by side.
 */
public final class DitgText {
  private static final int DIGITS = 6;

  private DitgText() {}

  /** The summary, a line a figure, each flow under a line of its own. */
  public static String of(DitgSummary summary) {
    StringBuilder text = new StringBuilder();
    for (DitgSummary.Flow each : summary.flows()) {
      DitgFlow flow = each.flow();
      text.append("Flow ").append(flow.number());
      text.append(" from ").append(flow.source()).append(" port ").append(flow.sourcePort());
      text.append(" to ").append(flow.destination());
      text.append(" port ").append(flow.destinationPort()).append('\n');
      append(text, each.figures());
    }
    text.append("All ").append(summary.flows().size()).append(" flows\n");
    append(text, summary.total());
    if (summary.rest() > 0) {
      text.append("Unfinished last record: ").append(summary.rest()).append(" bytes\n");
    }
    return text.toString();
  }

  private static void append(StringBuilder text, DitgFigures figures) {
    for (Map.Entry<String, String> line : lines(figures).entrySet()) {
      text.append("  ").append(line.getKey());
      text.append(" ".repeat(Math.max(0, 24 - line.getKey().length())));
      text.append(" = ").append(line.getValue()).append('\n');
    }
  }

  /** ITGDec's labels, each with the value as ITGDec prints it. */
  public static Map<String, String> lines(DitgFigures figures) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("Total time", fixed(figures.seconds(), DIGITS) + " s");
    lines.put("Total packets", Long.toString(figures.packets()));
    lines.put("Minimum delay", fixed(figures.minDelay(), DIGITS) + " s");
    lines.put("Maximum delay", fixed(figures.maxDelay(), DIGITS) + " s");
    lines.put("Average delay", fixed(figures.meanDelay(), DIGITS) + " s");
    lines.put("Average jitter", fixed(figures.jitter(), DIGITS) + " s");
    lines.put("Delay standard deviation", fixed(figures.delayDeviation(), DIGITS) + " s");
    lines.put("Bytes received", Long.toString(figures.bytes()));
    lines.put("Average bitrate", fixed(figures.bitRate() / 1000, DIGITS) + " Kbit/s");
    lines.put("Average packet rate", fixed(figures.packetRate(), DIGITS) + " pkt/s");
    lines.put(
        "Packets dropped", figures.lost() + " (" + fixed(100 * figures.lossRate(), 2) + " %)");
    return lines;
  }

  /** As C prints it: rounded from the number's exact value. */
  static String fixed(double value, int digits) {
    String text = new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return value < 0 && !text.startsWith("-") ? "-" + text : text;
  }
}

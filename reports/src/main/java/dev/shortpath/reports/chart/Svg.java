package dev.shortpath.reports.chart;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;

/** From a chart to an SVG element that can stand in a page beside others. */
final class Svg {
  private final String id;
  private final String title;
  private final Set<String> texts;
  private final Set<String> starts;

  /**
   * @param texts every text that the chart may show
   * @param starts those of them that start at the plot's left edge
   */
  Svg(String id, String title, Set<String> texts, Set<String> starts) {
    this.id = id;
    this.title = title;
    this.texts = texts;
    this.starts = starts;
  }

  String of(XYChart chart) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
      return new SvgWriter(id, title, new Outlines(texts), starts)
          .write(parse(bytes.toByteArray()).getDocumentElement());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Document parse(byte[] bytes) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      return factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("chart cannot be read back: " + e.getMessage(), e);
    }
  }
}

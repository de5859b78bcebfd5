package dev.shortpath.reports.chart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Writes an SVG element compactly and always alike: attributes sorted, coordinates of one decimal,
 * ids of the chart's own, outlines as text, chains of lines as one.
 */
final class SvgWriter {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");
  private static final Set<String> DROPPED = Set.of("xmlns:xlink", "version");

  private final String id;
  private final String title;
  private final Outlines outlines;
  private final Set<String> starts;
  private final Map<String, String> ids = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();
  private double plotLeft;

  SvgWriter(String id, String title, Outlines outlines, Set<String> starts) {
    this.id = id;
    this.title = title;
    this.outlines = outlines;
    this.starts = starts;
  }

  String write(Element svg) {
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"")
        .append(svg.getAttribute("viewBox"))
        .append("\" width=\"")
        .append(pixels(svg, "width"))
        .append("\" height=\"")
        .append(pixels(svg, "height"))
        .append("\" role=\"img\" aria-labelledby=\"")
        .append(id)
        .append("-title\"><title id=\"")
        .append(id)
        .append("-title\">")
        .append(escape(title))
        .append("</title>");
    children(svg);
    return out.append("</svg>").toString();
  }

  private void children(Element parent) {
    Polyline chain = new Polyline(out);
    for (Element child : elements(parent)) {
      boolean line = child.getTagName().equals("line");
      if (line && chain.takes(child)) {
        continue;
      }
      chain.flush();
      if (line) {
        chain.start(child);
      } else {
        element(child);
      }
    }
    chain.flush();
  }

  private void element(Element e) {
    String style = e.getAttribute("style");
    if (style.contains("fill-opacity:0;") || style.contains("stroke-opacity:0;")) {
      return;
    }
    if (e.getTagName().equals("path")) {
      if (e.getAttribute("d").isBlank()) {
        return;
      }
      Outlines.Saying saying = outlines.read(e.getAttribute("d"));
      if (saying != null) {
        text(saying, style);
        return;
      }
    }
    List<Element> inner = elements(e);
    if (e.getTagName().equals("g") && inner.isEmpty()) {
      return;
    }
    if (e.getTagName().equals("clipPath")) {
      plotLeft = Double.parseDouble(inner.get(0).getAttribute("x"));
    }
    out.append('<').append(e.getTagName());
    attributes(e)
        .forEach((k, v) -> out.append(' ').append(k).append("=\"").append(escape(v)).append('"'));
    if (inner.isEmpty()) {
      out.append("/>");
    } else {
      out.append('>');
      children(e);
      out.append("</").append(e.getTagName()).append('>');
    }
  }

  /** A text where its outline was; told its width, so that another font fits as well. */
  private void text(Outlines.Saying saying, String style) {
    String text = saying.text();
    int group = out.lastIndexOf("<g transform=\"translate(");
    if (starts.contains(text) && group >= 0) {
      int from = group + "<g transform=\"translate(".length();
      int to = out.indexOf(" ", from);
      out.replace(from, to, Outlines.number(plotLeft + 4));
    }
    out.append(
            saying.upright()
                ? "<text textLength=\""
                : "<text transform=\"rotate(-90)\" textLength=\"")
        .append(Outlines.number(Fonts.width(text)))
        .append("\" lengthAdjust=\"spacingAndGlyphs\" font-size=\"")
        .append(Outlines.number(Fonts.SIZE))
        .append("\" font-family=\"")
        .append(Fonts.CSS)
        .append("\" style=\"")
        .append(tidy(style))
        .append("\">")
        .append(escape(text))
        .append("</text>");
  }

  private Map<String, String> attributes(Element e) {
    Map<String, String> attributes = new TreeMap<>();
    IntStream.range(0, e.getAttributes().getLength())
        .mapToObj(e.getAttributes()::item)
        .filter(a -> !DROPPED.contains(a.getNodeName()))
        .forEach(a -> attributes.put(a.getNodeName(), value(a.getNodeName(), a.getNodeValue())));
    return attributes;
  }

  private String value(String name, String value) {
    return switch (name) {
      case "id" -> own(value);
      case "clip-path" -> "url(#" + own(value.substring(5, value.length() - 1)) + ")";
      case "style" -> tidy(value);
      case "d" -> Outlines.normal(value);
      default ->
          NUMBER.matcher(value).replaceAll(m -> Outlines.number(Double.parseDouble(m.group())));
    };
  }

  private String own(String name) {
    return ids.computeIfAbsent(name, n -> id + "-" + (ids.size() + 1));
  }

  static String tidy(String style) {
    return style
        .replaceAll("stroke-(miterlimit|linecap|linejoin):[a-z0-9]+;", "")
        .replaceAll("(\\d\\.\\d{3})\\d+", "$1")
        .replaceAll(";$", "");
  }

  private static String pixels(Element svg, String name) {
    return svg.getAttribute(name).replace("px", "");
  }

  private static List<Element> elements(Element parent) {
    return IntStream.range(0, parent.getChildNodes().getLength())
        .mapToObj(parent.getChildNodes()::item)
        .filter(n -> n.getNodeType() == Node.ELEMENT_NODE)
        .map(Element.class::cast)
        .toList();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

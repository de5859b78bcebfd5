package dev.shortpath.reports.pdf;

import com.openhtmltopdf.extend.FSStream;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.svgsupport.BatikSVGDrawer;
import com.openhtmltopdf.util.XRLog;
import dev.shortpath.harness.store.RunRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.logging.Level;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;

/**
 * From a page to a PDF. Nothing is fetched: fonts come from the class path, everything else is in
 * the page. Dates and ids follow from the run, so the same run gives the same bytes.
 */
public final class PdfFile {
  private static final String FONTS = "/net/sf/jasperreports/fonts/dejavu/";
  private static final String FONT_SCHEME = "font";

  private PdfFile() {}

  /**
   * Renders.
   *
   * @param xhtml a well-formed document
   */
  public static byte[] bytes(String xhtml, RunRecord run) throws IOException {
    XRLog.listRegisteredLoggers().forEach(logger -> XRLog.setLevel(logger, Level.OFF));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BatikSVGDrawer svg = new BatikSVGDrawer()) {
      PdfRendererBuilder builder = new PdfRendererBuilder();
      builder.useFastMode();
      builder.useSVGDrawer(svg);
      builder.useUnicodeLineBreaker(new LineBreaker());
      builder.useProtocolsStreamImplementation(PdfFile::font, FONT_SCHEME);
      builder.useUriResolver((base, uri) -> uri.startsWith(FONT_SCHEME + ":") ? uri : null);
      builder.withHtmlContent(xhtml, null);
      builder.toStream(out);
      try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
        renderer.layout();
        try (PDDocument document = renderer.createPDFKeepOpen()) {
          describe(document, run);
          document.save(out);
        }
      }
    }
    return out.toByteArray();
  }

  private static void describe(PDDocument document, RunRecord run) {
    Calendar started = started(run.startedUtc());
    PDDocumentInformation information = new PDDocumentInformation();
    information.setTitle(run.experiment().title());
    information.setCreator("Shortpath " + run.version());
    information.setCreationDate(started);
    information.setModificationDate(started);
    document.setDocumentInformation(information);
    document.setDocumentId(started.getTimeInMillis());
  }

  private static Calendar started(String utc) {
    Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone(ZoneOffset.UTC), Locale.ROOT);
    calendar.setTimeInMillis(0);
    try {
      calendar.setTimeInMillis(Instant.parse(utc).toEpochMilli());
    } catch (DateTimeException | NullPointerException e) {
      // A run that does not say when it started is dated at the epoch rather than today.
    }
    return calendar;
  }

  private static FSStream font(String uri) {
    String name = uri.substring(FONT_SCHEME.length() + 1);
    if (!List.of("DejaVuSans.ttf", "DejaVuSans-Bold.ttf").contains(name)) {
      return null;
    }
    return new FSStream() {
      @Override
      public InputStream getStream() {
        return PdfFile.class.getResourceAsStream(FONTS + name);
      }

      @Override
      public Reader getReader() {
        return new InputStreamReader(getStream(), StandardCharsets.UTF_8);
      }
    };
  }
}

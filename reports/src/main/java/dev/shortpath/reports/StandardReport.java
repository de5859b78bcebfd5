package dev.shortpath.reports;

import dev.shortpath.harness.analysis.Analysis;
import dev.shortpath.harness.report.ReportWriter;
import dev.shortpath.harness.store.RunDirectory;
import dev.shortpath.reports.chart.Drawing;
import dev.shortpath.reports.chart.Ink;
import dev.shortpath.reports.data.ReportData;
import dev.shortpath.reports.html.Page;
import dev.shortpath.reports.html.PageWriter;
import dev.shortpath.reports.html.PageWriter.Medium;
import dev.shortpath.reports.pdf.PdfFile;
import dev.shortpath.reports.table.CsvFile;
import dev.shortpath.reports.table.Grid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code index.html}, {@code report.pdf}, {@code charts/*.svg} and {@code tables/*.csv}. The same
 * run directory and analyses give the same bytes.
 */
public final class StandardReport implements ReportWriter {
  @Override
  public String name() {
    return "html";
  }

  @Override
  public List<Path> write(RunDirectory run, List<Analysis> analyses, Path directory)
      throws IOException {
    ReportData data = ReportData.of(run, analyses);
    Page page = Page.of(data);
    PageWriter writer = new PageWriter();
    List<Path> files = new ArrayList<>();
    files.add(
        file(
            directory.resolve("index.html"),
            writer.write(page, Medium.SCREEN).getBytes(StandardCharsets.UTF_8)));
    files.add(
        file(
            directory.resolve("report.pdf"),
            PdfFile.bytes(writer.write(page, Medium.PAPER), data.run())));
    for (Drawing drawing : page.drawings()) {
      String svg = drawing.svg(Ink.PAPER) + "\n";
      files.add(
          file(
              directory.resolve("charts").resolve(drawing.id() + ".svg"),
              svg.getBytes(StandardCharsets.UTF_8)));
    }
    for (Grid grid : page.grids()) {
      files.add(file(directory.resolve("tables").resolve(grid.id() + ".csv"), CsvFile.bytes(grid)));
    }
    return files;
  }

  /** Writes a file whole, or not at all. */
  private static Path file(Path path, byte[] bytes) throws IOException {
    Files.createDirectories(path.getParent());
    Path aside = path.resolveSibling("." + path.getFileName() + ".part");
    try {
      Files.write(aside, bytes);
      Files.move(aside, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(aside);
    }
    return path;
  }
}

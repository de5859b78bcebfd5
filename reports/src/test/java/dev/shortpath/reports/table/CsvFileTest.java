package dev.shortpath.reports.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFileTest {
  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "@SUM(A1)", "+1+1", "-1+1", "-cmd", "\tx", "-", "=HYPERLINK(1)"})
  void aFormulaIsMadeText(String field) {
    assertEquals("'" + field, CsvFile.inert(field));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "-1.5", "+3", "-1.25E-7", "5", "p50", "a=b", "\u22125 %"})
  void figuresAndWordsStay(String field) {
    assertEquals(field, CsvFile.inert(field));
  }
}

package dev.shortpath.testbed.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The measure of the contract's comparisons must itself tell what differs. */
class NftListingTest {
  private static String table(String first, String second, String rules) {
    return "table ip kube-proxy {\n\tmap service-ips {\n\t\ttype ipv4_addr : verdict\n"
        + "\t\telements = { "
        + first
        + ",\n\t\t\t     "
        + second
        + " }\n\t}\n\n\tchain services {\n"
        + rules
        + "\t}\n}\n";
  }

  @Test
  void onlyMeaningCounts() {
    String one = NftListing.sorted(table("10.0.0.1 : goto a", "10.0.0.2 : goto b", "\t\tjump x\n"));
    assertTrue(one.contains("elements:\n10.0.0.1 : goto a,\n10.0.0.2 : goto b\n"), one);
    assertTrue(one.contains("\tchain services {\n\t\tjump x\n\t}\n"), one);
    assertEquals(
        one, NftListing.sorted(table("10.0.0.2 : goto b", "10.0.0.1 : goto a", "\t\tjump x\n")));
    assertNotEquals(
        one, NftListing.sorted(table("10.0.0.2 : goto b", "10.0.0.1 : goto c", "\t\tjump x\n")));
    assertNotEquals(
        one, NftListing.sorted(table("10.0.0.1 : goto a", "10.0.0.2 : goto b", "\t\tjump y\n")));
  }
}

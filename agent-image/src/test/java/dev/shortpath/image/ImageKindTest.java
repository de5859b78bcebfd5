package dev.shortpath.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.shortpath.testbed.kube.ImagePrograms;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The testbed knows by lists of its own what it can start in a pod. */
class ImageKindTest {
  private static Set<String> packed(ImageKind kind) {
    return kind.programs().stream()
        .map(ImageKind.Program::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> with(Set<String> programs, String another) {
    Set<String> all = new TreeSet<>(programs);
    all.add(another);
    return all;
  }

  @Test
  void theTestbedStartsWhatIsPackedAndNothingElse() {
    String lists = "ImageKind here, ImagePrograms in the testbed: a program is listed in both";
    assertEquals(
        with(ImagePrograms.WORKLOAD, ImagePrograms.TETHER), packed(ImageKind.WORKLOAD), lists);
    assertEquals(with(ImagePrograms.NODE, ImagePrograms.TETHER), packed(ImageKind.NODE), lists);
    assertEquals(Set.of(ImagePrograms.AGENT), packed(ImageKind.AGENT), lists);
  }
}

package org.splatline.gpu.cuda;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * The model depends on the kernels, and the kernels on the device. Users of backends depend on none
 * of them.
 */
class CudaLayeringTest {
  private static final String ROOT = "org.splatline.gpu.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.splatline.gpu");

  private static void neverSees(String from, String... to) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(to)
        .check(CLASSES);
  }

  @Test
  void deviceKnowsNeitherKernelsNorModel() {
    neverSees("cuda.device", ROOT + "cuda", ROOT + "cuda.kernel");
  }

  @Test
  void kernelsDoNotKnowTheModel() {
    neverSees("cuda.kernel", ROOT + "cuda");
  }

  @Test
  void backendsDoNotKnowEachOther() {
    neverSees("cpu", ROOT + "cuda..");
    neverSees("cuda..", ROOT + "cpu");
    neverSees("backend", ROOT + "cpu", ROOT + "cuda..");
  }
}

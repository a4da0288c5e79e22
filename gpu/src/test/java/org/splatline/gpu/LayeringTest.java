package org.splatline.gpu;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which package may see which. */
class LayeringTest {
  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.splatline.gpu");
  }

  @Test
  void jcudaOnlyInCuda() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.splatline.gpu.cuda..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jcuda..")
        .check(classes);
  }

  @Test
  void onnxRuntimeOnlyWhereItMayBeAbsent() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.splatline.gpu.metric.OnnxDistance")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.onnxruntime..")
        .check(classes);
  }

  @Test
  void trainingNeverSeesADevice() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "org.splatline.gpu.scene..",
            "org.splatline.gpu.picture..",
            "org.splatline.gpu.config..",
            "org.splatline.gpu.backend..",
            "org.splatline.gpu.gaussian..",
            "org.splatline.gpu.format..",
            "org.splatline.gpu.geo..",
            "org.splatline.gpu.metric..",
            "org.splatline.gpu.train..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.splatline.gpu.cpu..", "org.splatline.gpu.cuda..")
        .check(classes);
  }

  @Test
  void configurationSeesNothingAboveIt() {
    classes()
        .that()
        .resideInAPackage("org.splatline.gpu.config")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.splatline.gpu.config",
            "org.splatline.gpu.io",
            "com.fasterxml.jackson..",
            "org.slf4j..",
            "java..")
        .check(classes);
    classes()
        .that()
        .resideInAPackage("org.splatline.gpu.config.earlier..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.splatline.gpu.config..",
            "org.splatline.gpu.io",
            "com.fasterxml.jackson..",
            "java..")
        .check(classes);
  }

  @Test
  void theEarthKnowsNoGaussians() {
    classes()
        .that()
        .resideInAPackage("org.splatline.gpu.geo..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "org.splatline.gpu",
            "org.splatline.gpu.geo..",
            "org.splatline.gpu.io..",
            "org.splatline.gpu.verdict..",
            "org.splatline.gpu.scene..",
            "com.fasterxml.jackson..",
            "java..")
        .check(classes);
  }

  @Test
  void neitherSparkNorHadoopNorS3() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "software.amazon..")
        .check(classes);
  }

  @Test
  void nothingBelowSeesTheCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.splatline.gpu.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.splatline.gpu.cli..", "picocli..")
        .check(classes);
  }
}

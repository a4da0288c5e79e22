package org.splatline.pipeline;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.splatline.gpu.Threads;

class ArchitectureTest {
  private static final String ROOT = "org.splatline.pipeline.";
  private static final String BEGIN = "<!-- packages, drawn by ArchitectureTest -->\n";
  private static final String END = "<!-- end of packages -->";
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(
              location -> !location.contains("/test-classes/")) // in either lane's folder
          .importPackages("org.splatline");
  private static final JavaClasses CLASSES = ALL.that(resideInAPackage("org.splatline.pipeline.."));

  @Test
  void sparkAndHadoopStayInTheirPackages() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "spark..",
            ROOT + "run..",
            ROOT + "stage..",
            ROOT + "table..",
            ROOT + "store..",
            ROOT + "report..",
            ROOT + "site..",
            ROOT + "cli..",
            ROOT + "demo..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "io.delta..")
        .because("photographs and COLMAP need no cluster")
        .check(CLASSES);
  }

  @Test
  void onlyTheTablesKnowDelta() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "table..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.delta..", "org.apache.spark.sql.delta..")
        .check(CLASSES);
  }

  @Test
  void threadsAreMadeInOnePlace() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(Threads.class.getName())
        .should()
        .callConstructorWhere(target(owner(type(Thread.class))))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executors.class)
        .because("Threads names them and logs what escapes them")
        .check(ALL);
  }

  @Test
  void nothingDependsOnTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "cli..", ROOT + "demo..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "cli..", "picocli..")
        .check(CLASSES);
  }

  @Test
  void storeAndTablesKnowNoStage() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "store..", ROOT + "table..", ROOT + "spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "run..", ROOT + "stage..", "org.splatline.gpu.sfm..", ROOT + "input..")
        .check(CLASSES);
  }

  @Test
  void noPackagesSeeEachOther() {
    assertThat(new PackagePicture(ALL).inCycles()).isEmpty();
  }

  /** Run with {@code -Dsplatline.update=true} to draw the picture again. */
  @Test
  void architectureShowsThePackages() throws IOException {
    Path file = Path.of(System.getProperty("user.dir")).resolve("../ARCHITECTURE.md");
    String text = Files.readString(file);
    String picture = new PackagePicture(ALL).mermaid(List.of("gpu", "pipeline"));
    String expected =
        text.substring(0, text.indexOf(BEGIN) + BEGIN.length())
            + picture
            + text.substring(text.indexOf(END));
    if (Boolean.getBoolean("splatline.update")) {
      Files.writeString(file, expected);
    }
    assertThat(text)
        .as("Packages changed. Run this test with -Dsplatline.update=true to draw them again")
        .isEqualTo(expected);
  }
}

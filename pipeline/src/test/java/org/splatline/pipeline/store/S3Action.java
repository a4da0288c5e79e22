package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An action of IAM that a request to S3 needs, by AWS' "Actions, resources, and condition keys for
 * Amazon S3".
 *
 * @param name such as {@code s3:GetObject}
 * @param key the object's key; of an action on the bucket, the prefix
 */
public record S3Action(String name, String key) {

  /** What a request with this first line, {@code METHOD /bucket/key?query HTTP/1.1}, needs. */
  static List<S3Action> of(List<String> head) {
    String[] line = head.get(0).split(" ", -1);
    String method = line[0];
    String path = line[1].replaceFirst("[?].*", "");
    String query = line[1].contains("?") ? line[1].substring(line[1].indexOf('?') + 1) : "";
    String key = decode(path.replaceFirst("^/[^/]*/?", ""));
    if (key.isEmpty()) {
      return List.of(ofBucket(method, query));
    }
    List<S3Action> actions = new ArrayList<>();
    actions.add(new S3Action(ofObject(method, query), key));
    for (String header : head) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-amz-copy-source:")) {
        String source = header.substring(header.indexOf(':') + 1).strip();
        actions.add(new S3Action("s3:GetObject", decode(source.replaceFirst("^/?[^/]*/", ""))));
      } else if (lower.startsWith("x-amz-acl:")) {
        actions.add(new S3Action("s3:PutObjectAcl", key));
      } else if (lower.startsWith("x-amz-tagging:")) {
        actions.add(new S3Action("s3:PutObjectTagging", key));
      }
    }
    return actions;
  }

  private static S3Action ofBucket(String method, String query) {
    String prefix = parameter(query, "prefix");
    return switch (method) {
      case "GET" -> {
        if (has(query, "uploads")) {
          yield new S3Action("s3:ListBucketMultipartUploads", prefix);
        }
        yield new S3Action(
            has(query, "location") ? "s3:GetBucketLocation" : "s3:ListBucket", prefix);
      }
      case "HEAD" -> new S3Action("s3:ListBucket", prefix);
      case "POST" -> new S3Action("s3:DeleteObject", ""); // ?delete: many objects
      default -> new S3Action("unknown: " + method + " of a bucket", query);
    };
  }

  private static String ofObject(String method, String query) {
    return switch (method) {
      case "GET", "HEAD" -> has(query, "uploadId") ? "s3:ListMultipartUploadParts" : "s3:GetObject";
      case "PUT", "POST" -> "s3:PutObject"; // also the start, the parts and the end of an upload
      case "DELETE" -> has(query, "uploadId") ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
      default -> "unknown: " + method + " of an object";
    };
  }

  private static boolean has(String query, String name) {
    return List.of(query.split("&")).stream()
        .anyMatch(part -> part.equals(name) || part.startsWith(name + "="));
  }

  private static String parameter(String query, String name) {
    return List.of(query.split("&")).stream()
        .filter(part -> part.startsWith(name + "="))
        .map(part -> decode(part.substring(name.length() + 1)))
        .findFirst()
        .orElse("");
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }
}

package org.splatline.pipeline.store;

import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Gives objects the content type of their names: browsers obey it, and S3A, which makes one of
 * these, sets none.
 */
public final class ContentTypes implements ExecutionInterceptor {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "txt", "text/plain; charset=utf-8",
          "jpg", "image/jpeg",
          "mp4", "video/mp4");

  /** The same settings, with an interceptor of this class. */
  static Configuration addedTo(Configuration hadoop) {
    Configuration settings = new Configuration(hadoop);
    // S3A looks for it beside its own classes, where a submitted jar is not, unless told otherwise.
    settings.setBoolean("fs.s3a.classloader.isolation", false);
    settings.setClassLoader(ContentTypes.class.getClassLoader());
    settings.set("fs.s3a.audit.execution.interceptors", ContentTypes.class.getName());
    return settings;
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    SdkRequest request = context.request();
    if (request instanceof PutObjectRequest put) {
      return of(put.key())
          .<SdkRequest>map(type -> put.toBuilder().contentType(type).build())
          .orElse(put);
    }
    if (request instanceof CreateMultipartUploadRequest upload) {
      return of(upload.key())
          .<SdkRequest>map(type -> upload.toBuilder().contentType(type).build())
          .orElse(upload);
    }
    return request;
  }

  private static Optional<String> of(String key) {
    return Optional.ofNullable(TYPES.get(key.substring(key.lastIndexOf('.') + 1)));
  }
}

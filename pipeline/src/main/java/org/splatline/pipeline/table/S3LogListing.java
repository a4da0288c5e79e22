package org.splatline.pipeline.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.Invoker;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ARetryPolicy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists a folder on S3 from a name on, with S3A's client, credentials and retries. Hadoop can only
 * list a whole folder, which for a table's log takes a request for each thousand versions.
 */
final class S3LogListing {
  private static final int MOST_PER_REQUEST = 1000; // S3 gives no more

  private final S3AFileSystem fileSystem;
  private final S3Client client;
  private final Invoker invoker;
  private final int perRequest;

  S3LogListing(S3AFileSystem fileSystem) {
    Configuration hadoop = fileSystem.getConf();
    this.fileSystem = fileSystem;
    this.client = fileSystem.getS3AInternals().getAmazonS3Client("list a table's log");
    this.invoker = new Invoker(new S3ARetryPolicy(hadoop), Invoker.LOG_EVENT);
    this.perRequest =
        Math.min(MOST_PER_REQUEST, hadoop.getInt("fs.s3a.paging.maximum", MOST_PER_REQUEST));
  }

  /**
   * The files beside {@code from} whose names are not before its name, in order of their names.
   * Throws {@link FileNotFoundException} if there is no such folder.
   */
  List<FileStatus> from(Path from) throws IOException {
    Path folder = from.getParent();
    String prefix = fileSystem.pathToKey(folder) + "/";
    String first = prefix + from.getName();
    ListObjectsV2Request request =
        ListObjectsV2Request.builder()
            .bucket(fileSystem.getBucket())
            .prefix(prefix)
            .delimiter("/")
            .startAfter(before(first))
            .maxKeys(perRequest)
            .build();
    List<FileStatus> files = new ArrayList<>();
    while (request != null) {
      ListObjectsV2Response page = page(request, from);
      for (S3Object object : page.contents()) {
        if (object.key().compareTo(first) >= 0) {
          files.add(file(object, new Path(folder, object.key().substring(prefix.length()))));
        }
      }
      request =
          page.isTruncated()
              ? request.toBuilder().continuationToken(page.nextContinuationToken()).build()
              : null;
    }
    if (files.isEmpty() && !fileSystem.exists(folder)) {
      throw new FileNotFoundException("There is no folder " + folder);
    }
    return files;
  }

  private ListObjectsV2Response page(ListObjectsV2Request request, Path from) throws IOException {
    return invoker.retry("list", from.toString(), true, () -> client.listObjectsV2(request));
  }

  private FileStatus file(S3Object object, Path path) {
    return new FileStatus(
        object.size(),
        false,
        1,
        fileSystem.getDefaultBlockSize(path),
        object.lastModified().toEpochMilli(),
        path);
  }

  /**
   * A key before {@code key} with few others between the two: S3 begins after the key it is given.
   */
  private static String before(String key) {
    int last = key.length() - 1;
    return key.substring(0, last) + (char) (key.charAt(last) - 1);
  }
}

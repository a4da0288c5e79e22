package org.splatline.pipeline.store;

import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Finds S3's answer in the exceptions of S3A. */
final class S3Answers {
  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_IMPLEMENTED = 501;

  private S3Answers() {}

  /** A condition of the request was false. */
  static boolean isPreconditionFailed(Throwable failure) {
    return status(failure) == PRECONDITION_FAILED;
  }

  /** S3 was handling another request for the object and did nothing. A retry may succeed. */
  static boolean isConflict(Throwable failure) {
    return status(failure) == CONFLICT;
  }

  /** The store doesn't know the request: some stores answer so to conditional writes. */
  static boolean isUnknownRequest(Throwable failure) {
    int status = status(failure);
    return status == BAD_REQUEST || status == NOT_IMPLEMENTED;
  }

  /** The object is no longer the version that was requested. */
  static boolean isChanged(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RemoteFileChangedException) {
        return true;
      }
    }
    return isPreconditionFailed(failure);
  }

  /** The HTTP status; 0 if S3 gave no answer. */
  private static int status(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AwsServiceException answer) {
        return answer.statusCode();
      }
    }
    return 0;
  }
}

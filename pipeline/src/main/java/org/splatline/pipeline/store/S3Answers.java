package org.splatline.pipeline.store;

import org.apache.hadoop.fs.s3a.RemoteFileChangedException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** What S3 answered, out of the exceptions that S3A makes of it. */
final class S3Answers {
  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int NOT_IMPLEMENTED = 501;

  private S3Answers() {}

  /** A condition of the request didn't hold. */
  static boolean isPreconditionFailed(Throwable failure) {
    return status(failure) == PRECONDITION_FAILED;
  }

  /** Another request for the same object was at work: nothing was done, and a repetition may be. */
  static boolean isConflict(Throwable failure) {
    return status(failure) == CONFLICT;
  }

  /** The store doesn't know what was asked for, as one that lacks conditions may say. */
  static boolean isUnknownRequest(Throwable failure) {
    int status = status(failure);
    return status == BAD_REQUEST || status == NOT_IMPLEMENTED;
  }

  /** What is read isn't the version that was asked for. */
  static boolean isChanged(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RemoteFileChangedException) {
        return true;
      }
    }
    return isPreconditionFailed(failure);
  }

  /** The HTTP status; 0 when S3 gave no answer. */
  private static int status(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AwsServiceException answer) {
        return answer.statusCode();
      }
    }
    return 0;
  }
}

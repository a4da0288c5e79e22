package org.splatline.gpu.metric;

import java.io.Serializable;
import java.util.Collection;

/**
 * One exported file, by what a reader decodes from it. A null value was not measured.
 *
 * @param psnr mean over the held-out views, dB
 * @param ssim the same
 * @param psnrLoss PSNR of the model in memory less {@code psnr}, dB; below 0 if the file is better
 * @param plyRatio bytes of the .ply of this model / {@code bytes}
 * @param vanillaRatio bytes of the .ply that profile {@code vanilla} made of this scene / {@code
 *     bytes}; null if it is not known
 * @param finishSeconds time in which the model was finished for this file; null if it was not
 * @param finishPsnrGain {@code psnr} less that of the same file without the finish, dB; null as
 *     before
 */
public record FileScore(
    long bytes,
    Double psnr,
    Double ssim,
    Double psnrLoss,
    Double plyRatio,
    Double vanillaRatio,
    Double finishSeconds,
    Double finishPsnrGain)
    implements Serializable {

  /** A file of which only the size is known. */
  public static FileScore ofBytes(long bytes) {
    return new FileScore(bytes, null, null, null, null, null, null, null);
  }

  /** The bytes of the smallest file that was scored; of the smallest of all if none was. */
  public static long smallest(Collection<FileScore> files) {
    boolean scored = files.stream().anyMatch(file -> file.psnr != null);
    return files.stream()
        .filter(file -> !scored || file.psnr != null)
        .mapToLong(FileScore::bytes)
        .min()
        .orElse(0);
  }

  /** The same file beside a vanilla .ply of this many bytes. */
  public FileScore withVanilla(long vanillaBytes) {
    return new FileScore(
        bytes,
        psnr,
        ssim,
        psnrLoss,
        plyRatio,
        (double) vanillaBytes / bytes,
        finishSeconds,
        finishPsnrGain);
  }

  /** The same file, which was finished, beside its score without the finish. */
  public FileScore withFinish(double seconds, FileScore plain) {
    return new FileScore(
        bytes,
        psnr,
        ssim,
        psnrLoss,
        plyRatio,
        vanillaRatio,
        seconds,
        psnr == null || plain.psnr == null ? null : psnr - plain.psnr);
  }
}

package org.splatline.gpu.cuda.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.splatline.gpu.backend.DeviceMemoryException;
import org.splatline.gpu.cuda.CudaBackend;

class MemoryAccountTest {
  @Test
  void keepsToItsLimit() {
    MemoryAccount account = new MemoryAccount(1000);
    account.checkRoom(1000);
    account.add(600);
    account.checkRoom(400);
    assertThatThrownBy(() -> account.checkRoom(401))
        .isInstanceOf(DeviceMemoryException.class)
        .hasMessageStartingWith(
            "gpu.max-memory is 1000 B, but 401 B more are needed beside 600 B in use");
    account.remove(600);
    assertThatCode(() -> account.checkRoom(1000)).doesNotThrowAnyException();
    assertThat(account.peakBytes()).isEqualTo(600);
    assertThatThrownBy(() -> account.checkRoom(Long.MAX_VALUE))
        .isInstanceOf(DeviceMemoryException.class);
  }

  @Test
  void hasNoneUnlessTold() {
    MemoryAccount account = new MemoryAccount();
    account.add(1L << 40);
    assertThatCode(() -> account.checkRoom(1L << 50)).doesNotThrowAnyException();
  }

  @Test
  void theProcessHoldsWhatAllAccountsHold() {
    long before = CudaBackend.processBytes();
    MemoryAccount one = new MemoryAccount();
    MemoryAccount other = new MemoryAccount(1000);
    one.add(700);
    other.add(300);
    assertThat(CudaBackend.processBytes()).isEqualTo(before + 1000);
    one.remove(700);
    other.remove(300);
    assertThat(CudaBackend.processBytes()).isEqualTo(before);
  }
}

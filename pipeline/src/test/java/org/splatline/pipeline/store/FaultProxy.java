package org.splatline.pipeline.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A proxy before an S3 that injects faults at random from a seed. It serves one request per
 * connection and keeps requests and replies in memory. It leaves the {@code Host} header as the
 * client sent it, because it is part of the signature. To ignore conditions it needs an S3 that
 * doesn't check signatures.
 */
public final class FaultProxy implements AutoCloseable {

  /** The faults, in the order in which they are drawn. */
  public enum Fault {
    /** 503 instead of an answer. */
    SLOW_DOWN,
    /** 500 instead of an answer. */
    INTERNAL_ERROR,
    /** A GET's connection is reset after half of the body. */
    RESET,
    /** A GET's connection is closed after half of the body, as if that were all. */
    TRUNCATED,
    /** A PUT takes effect, then its connection is reset without an answer. */
    LOST_REPLY,
    /** 409 instead of an answer to a conditional PUT. */
    CONFLICT,
    /** 412 instead of an answer to a conditional PUT, as for an object that is then deleted. */
    REFUSED,
    /** One byte of an object that is read is wrong. */
    CORRUPTED;

    private boolean concerns(Request request) {
      return switch (this) {
        case SLOW_DOWN, INTERNAL_ERROR -> true;
        case RESET, TRUNCATED -> request.line().startsWith("GET ");
        case LOST_REPLY -> request.line().startsWith("PUT ");
        case CONFLICT, REFUSED -> request.line().startsWith("PUT ") && request.isConditional();
        case CORRUPTED ->
            request.line().startsWith("GET ") && !request.line().contains("list-type=");
      };
    }
  }

  /** A request. {@code head} has the lines before the empty one. */
  record Request(List<String> head, byte[] body) {
    String line() {
      return head.get(0);
    }

    boolean isConditional() {
      return header(head, "if-none-match").isPresent();
    }
  }

  private static final Pattern TAG =
      Pattern.compile("(?i)((?:etag|if-match):? *>?(?:\"|&quot;|&#34;)?)([0-9a-f]{32})");

  private final URI target;
  private final Random random;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<Fault, AtomicInteger> injected = new EnumMap<>(Fault.class);
  private final Map<Fault, AtomicInteger> next = new EnumMap<>(Fault.class);
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Map<Fault, Double> chances = Map.of();
  private final AtomicInteger downloads = new AtomicInteger();
  private final AtomicReference<Event> event = new AtomicReference<>();
  private final Set<S3Action> actions = ConcurrentHashMap.newKeySet();
  private volatile boolean ignoresConditions;
  private volatile boolean encrypts;

  /** What happens before a PUT is passed on whose first line has this text. */
  private record Event(String text, Runnable work) {
    boolean concerns(String line) {
      return line.startsWith("PUT ") && line.contains(text);
    }
  }

  private FaultProxy(URI target, long seed, ServerSocket server) {
    this.target = target;
    this.random = new Random(seed);
    this.server = server;
    for (Fault fault : Fault.values()) {
      injected.put(fault, new AtomicInteger());
      next.put(fault, new AtomicInteger());
    }
  }

  /** Listens on a free port of 127.0.0.1. It injects no faults until {@link #harm} is called. */
  public static FaultProxy start(URI target, long seed) throws IOException {
    ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    FaultProxy proxy = new FaultProxy(target, seed, server);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** From now on, each fault strikes this share of the requests that it concerns. */
  public void harm(Map<Fault, Double> shares) {
    chances = Map.copyOf(shares);
  }

  /** The fault strikes the next {@code count} requests that it concerns. */
  public void harmNext(Fault fault, int count) {
    next.get(fault).set(count);
  }

  /** Runs {@code work} before the next PUT is passed on whose first line has this text. */
  public void beforeNextPut(String text, Runnable work) {
    event.set(new Event(text, work));
  }

  /** Whether the store looks, from now on, like one without conditional writes. */
  public void ignoreConditions(boolean ignore) {
    ignoresConditions = ignore;
  }

  /**
   * Whether the store looks, from now on, like one that encrypts with a key (SSE-KMS): it says so,
   * and tags are other 32 digits than the MD5 sum. The content's own tag stays the same each time.
   */
  public void encrypt(boolean encrypt) {
    encrypts = encrypt;
  }

  /** What the requests needed that came since the last call. */
  public Set<S3Action> takeActions() {
    Set<S3Action> taken = Set.copyOf(actions);
    actions.removeAll(taken);
    return taken;
  }

  /** Number of GETs of objects. */
  public int downloads() {
    return downloads.get();
  }

  public int injected(Fault fault) {
    return injected.get(fault).get();
  }

  public int requests() {
    return requests.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      List<String> head = readHead(in);
      if (!head.isEmpty()) { // else the client only checked whether the port is open
        answer(new Request(head, readBody(client, head)), client);
      }
    } catch (IOException clientLeft) {
      // It aborted or was reset, and will send the request again.
    }
  }

  private void answer(Request request, Socket client) throws IOException {
    requests.incrementAndGet();
    actions.addAll(S3Action.of(request.head()));
    if (request.line().startsWith("GET ") && !request.line().contains("list-type=")) {
      downloads.incrementAndGet();
    }
    Event due = event.get();
    if (due != null && due.concerns(request.line()) && event.compareAndSet(due, null)) {
      due.work().run();
    }
    Optional<Fault> fault = draw(request);
    if (fault.isEmpty()) {
      client.getOutputStream().write(passOn(request));
      return;
    }
    injected.get(fault.get()).incrementAndGet();
    switch (fault.get()) {
      case SLOW_DOWN -> refuse(request, client, "503 Service Unavailable", "SlowDown");
      case INTERNAL_ERROR -> refuse(request, client, "500 Internal Error", "InternalError");
      case CONFLICT -> refuse(request, client, "409 Conflict", "ConditionalRequestConflict");
      case REFUSED -> refuse(request, client, "412 Precondition Failed", "PreconditionFailed");
      case CORRUPTED -> client.getOutputStream().write(corrupted(passOn(request)));
      case TRUNCATED -> client.getOutputStream().write(half(passOn(request)));
      case RESET -> {
        client.getOutputStream().write(half(passOn(request)));
        reset(client);
      }
      case LOST_REPLY -> {
        passOn(request);
        reset(client);
      }
    }
  }

  private Optional<Fault> draw(Request request) {
    return Arrays.stream(Fault.values())
        .filter(fault -> fault.concerns(request))
        .filter(
            fault ->
                next.get(fault).getAndUpdate(left -> Math.max(0, left - 1)) > 0
                    || random.nextDouble() < chances.getOrDefault(fault, 0.0))
        .findFirst();
  }

  private static void refuse(Request request, Socket client, String status, String code)
      throws IOException {
    String body = "<Error><Code>" + code + "</Code><Message>Injected</Message></Error>";
    String head =
        "HTTP/1.1 %s\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(status, body.length());
    boolean bodiless = request.line().startsWith("HEAD ");
    client.getOutputStream().write((bodiless ? head : head + body).getBytes(ISO_8859_1));
  }

  /** Makes closing send RST instead of FIN. */
  private static void reset(Socket client) throws IOException {
    client.setSoLinger(true, 0);
  }

  /** The head and half of the body; for a reply without a body, the head without its end. */
  private static byte[] half(byte[] reply) {
    int body = new String(reply, ISO_8859_1).indexOf("\r\n\r\n") + 4;
    int bytes = reply.length - body;
    return Arrays.copyOf(reply, bytes == 0 ? body - 4 : body + bytes / 2);
  }

  /** The reply with another last byte. */
  private byte[] corrupted(byte[] reply) {
    reply[reply.length - 1] += (byte) random.nextInt(1, 256);
    return reply;
  }

  /** The whole reply, head and body. */
  private byte[] passOn(Request request) throws IOException {
    try (Socket store = new Socket(target.getHost(), target.getPort())) {
      OutputStream out = store.getOutputStream();
      String head = passedHead(request.head());
      out.write((encrypts ? withOtherTags(head) : head).getBytes(ISO_8859_1));
      boolean namesParts = request.line().startsWith("POST ") && encrypts;
      out.write(namesParts ? withOtherTags(request.body()) : request.body());
      out.flush();
      byte[] reply = store.getInputStream().readAllBytes();
      return encrypts ? encrypted(reply) : reply;
    }
  }

  private static byte[] encrypted(byte[] reply) {
    String text = new String(reply, ISO_8859_1);
    int body = text.indexOf("\r\n\r\n");
    String head = withOtherTags(text.substring(0, body));
    boolean isXml = head.toLowerCase(Locale.ROOT).contains("content-type: application/xml");
    return (head
            + "\r\nx-amz-server-side-encryption: aws:kms"
            + (isXml ? withOtherTags(text.substring(body)) : text.substring(body)))
        .getBytes(ISO_8859_1);
  }

  private static byte[] withOtherTags(byte[] xml) {
    return withOtherTags(new String(xml, ISO_8859_1)).getBytes(ISO_8859_1);
  }

  /** Replaces each digit of each tag by 15 minus the digit, which also turns them back. */
  private static String withOtherTags(String text) {
    return TAG.matcher(text)
        .replaceAll(
            tag ->
                Matcher.quoteReplacement(
                    tag.group(1)
                        + tag.group(2)
                            .chars()
                            .mapToObj(digit -> Integer.toHexString(15 - Character.digit(digit, 16)))
                            .collect(Collectors.joining())));
  }

  private String passedHead(List<String> head) {
    StringBuilder passed = new StringBuilder();
    for (String line : head) {
      String lower = line.toLowerCase(Locale.ROOT);
      boolean ours = lower.startsWith("connection:") || lower.startsWith("expect:");
      if (!ours && !(ignoresConditions && lower.startsWith("if-none-match:"))) {
        passed.append(line).append("\r\n");
      }
    }
    return passed.append("Connection: close\r\n\r\n").toString();
  }

  /** The lines up to the empty one; none if the client closed the connection. */
  private static List<String> readHead(InputStream in) throws IOException {
    List<String> lines = new ArrayList<>();
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next != '\n') {
        line.write(next);
      } else if (line.toString(ISO_8859_1).isBlank()) {
        return lines;
      } else {
        lines.add(line.toString(ISO_8859_1).strip());
        line.reset();
      }
    }
    return List.of();
  }

  private static byte[] readBody(Socket client, List<String> head) throws IOException {
    if (header(head, "expect").isPresent()) {
      client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    }
    int bytes = header(head, "content-length").map(Integer::valueOf).orElse(0);
    return client.getInputStream().readNBytes(bytes);
  }

  private static Optional<String> header(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot stop the proxy", e);
    }
  }
}

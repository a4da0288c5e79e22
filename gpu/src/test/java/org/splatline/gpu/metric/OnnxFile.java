package org.splatline.gpu.metric;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a small ONNX model as bytes, with the part of protobuf's encoding that it needs. Field
 * numbers are those of onnx.proto, IR version 8, operators of version 13.
 */
final class OnnxFile {
  static final long ANY = -1;
  static final int FLOAT = 1;
  static final int INT64 = 7;
  static final int DOUBLE = 11;

  private static final int IR_VERSION = 8;
  private static final int OPERATORS = 13;
  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private final Message graph = new Message().text(2, "graph");

  /** Its bytes. */
  byte[] bytes() {
    return new Message()
        .number(1, IR_VERSION)
        .message(7, graph)
        .message(8, new Message().text(1, "").number(2, OPERATORS))
        .bytes();
  }

  /** An attribute of a node: one integer, or a list of them. */
  record Attribute(String name, long... values) {
    private Message message() {
      Message message = new Message().text(1, name);
      if (values.length == 1 && !name.equals("axes")) {
        return message.number(3, values[0]).number(20, ATTRIBUTE_INT);
      }
      for (long value : values) {
        message.number(8, value);
      }
      return message.number(20, ATTRIBUTE_INTS);
    }
  }

  /** Adds {@code output = operator(inputs)}; inputs with spaces between. */
  OnnxFile node(String operator, String inputs, String output, Attribute... attributes) {
    Message node = new Message();
    for (String input : inputs.split(" ", -1)) {
      node.text(1, input);
    }
    node.text(2, output).text(4, operator);
    for (Attribute attribute : attributes) {
      node.message(5, attribute.message());
    }
    graph.message(1, node);
    return this;
  }

  OnnxFile weights(String name, double[] values, long... shape) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      raw.putFloat((float) value);
    }
    return tensor(name, FLOAT, raw.array(), shape);
  }

  OnnxFile integers(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      raw.putLong(value);
    }
    return tensor(name, INT64, raw.array(), values.length);
  }

  private OnnxFile tensor(String name, int type, byte[] raw, long... shape) {
    Message tensor = new Message();
    for (long side : shape) {
      tensor.number(1, side);
    }
    graph.message(5, tensor.number(2, type).text(8, name).raw(9, raw));
    return this;
  }

  OnnxFile input(String name, int type, long... shape) {
    graph.message(11, port(name, type, shape));
    return this;
  }

  OnnxFile output(String name, int type, long... shape) {
    graph.message(12, port(name, type, shape));
    return this;
  }

  private static Message port(String name, int type, long... shape) {
    Message sides = new Message();
    for (int i = 0; i < shape.length; i++) {
      Message side = new Message();
      sides.message(1, shape[i] == ANY ? side.text(2, name + i) : side.number(1, shape[i]));
    }
    Message tensor = new Message().number(1, type).message(2, sides);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** A protobuf message under construction. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
      return out.toByteArray();
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f) | 0x80);
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    Message number(int field, long value) {
      varint(field << 3);
      varint(value);
      return this;
    }

    Message raw(int field, byte[] value) {
      varint(field << 3 | 2);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return raw(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return raw(field, value.bytes());
    }
  }
}

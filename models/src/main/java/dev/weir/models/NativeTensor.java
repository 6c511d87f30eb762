package dev.weir.models;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Native memory for the largest tensor of one name, lent to each run in the shape of that run. Its arena owns it. */
final class NativeTensor {
    private final MemorySegment memory;
    private final ByteBuffer buffer;
    private final OnnxJavaType type;

    private NativeTensor(Arena arena, OnnxJavaType type, long elements) {
        this.type = type;
        memory = arena.allocate(Math.multiplyExact(elements, (long) type.size), 64);
        buffer = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    static NativeTensor floats(Arena arena, long elements) {
        return new NativeTensor(arena, OnnxJavaType.FLOAT, elements);
    }

    static NativeTensor longs(Arena arena, long elements) {
        return new NativeTensor(arena, OnnxJavaType.INT64, elements);
    }

    MemorySegment memory() {
        return memory;
    }

    void setLong(long index, long value) {
        memory.setAtIndex(ValueLayout.JAVA_LONG, index, value);
    }

    float getFloat(long index) {
        return memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    /** A tensor over this memory, nothing copied; the caller closes it. */
    OnnxTensor shaped(long... shape) throws OrtException {
        long elements = 1;
        for (long dimension : shape) {
            elements *= dimension;
        }
        ByteBuffer view = buffer.slice(0, Math.toIntExact(elements * type.size)).order(ByteOrder.nativeOrder());
        return OnnxTensor.createTensor(OnnxModel.environment(), view, shape, type);
    }
}

@org.jspecify.annotations.NullMarked
package dev.weir.models;

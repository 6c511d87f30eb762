@org.jspecify.annotations.NullMarked
package dev.weir.engine.admin;

// Stand-in for Vitis HLS's hls_stream.h in C simulation: an unbounded queue, as UG1399 ("Using HLS Streams") has it.
// Reading an empty stream ends the simulation: the real one warns and hands out a default value.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <string>

namespace hls {

template <typename T, int DEPTH = 0>
class stream {
 public:
  using value_type = T;

  stream() = default;
  explicit stream(char const *name) : name_(name) {}
  stream(stream const &) = delete;
  stream &operator=(stream const &) = delete;

  bool empty() const { return words_.empty(); }
  bool full() const { return false; }
  std::size_t size() const { return words_.size(); }

  T read() {
    T word;
    read(word);
    return word;
  }
  void read(T &word) {
    if (!read_nb(word)) {
      std::cerr << "stream " << name_ << " is read while it is empty" << std::endl;
      std::exit(1);
    }
  }
  bool read_nb(T &word) {
    if (empty()) return false;
    word = words_.front();
    words_.pop_front();
    return true;
  }
  void write(T const &word) { words_.push_back(word); }
  bool write_nb(T const &word) {
    write(word);
    return true;
  }
  void operator>>(T &word) { read(word); }
  void operator<<(T const &word) { write(word); }

 private:
  std::string name_;
  std::deque<T> words_;
};

}  // namespace hls

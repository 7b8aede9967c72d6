// When every word of a graph of processes and FIFOs moves: each process runs ahead of the others for as long as the times it
// depends on are known. docs/design.md, 'Schedules', says what a process and a FIFO may do; schedule/processes.py describes them.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace {

using Time = int32_t;

constexpr int64_t ENDLESS = int64_t(1) << 40;  // a depth that no FIFO fills

constexpr Time CREDIT = 2;  // cycles from a word that leaves a credit_fifo to one that the credit_gate lets in for it

constexpr int64_t DIRECT = -1;  // a depth: no FIFO, the consumer takes a word from the producer's own output

// A FIFO. put: cycle in which each word enters it; get: in which it leaves. Of depth 2 it is a pair of registers: a word may
// leave one cycle later, and the word two places behind it enters one cycle after it has left. A deeper one is a RAM of
// depth - 1 words before a register, and so is one of depth 2 that is `half`: a word moves there one cycle later at the
// earliest, and when the one before it leaves, is seen in the next cycle, and makes room for the word depth - 1 places behind
// it. Without a FIFO, put and get are the same cycle, and offered is the one from which on the word may be taken.
struct Channel {
  int64_t words = 0;  // a window
  int64_t depth = 0;  // 0: the accelerator's output, which is always taken
  int producer = -1, consumer = -1;
  bool half = false;
  std::vector<Time> put, get, offered;
  int64_t waited = 0;  // cycles that words were refused

  bool direct() const { return depth == DIRECT; }
  // The next word that the consumer will take: whether it is known, and from when on it is there.
  bool known() const { return get.size() < (direct() ? offered : put).size(); }
  bool ram() const { return depth > 2 || (half && depth == 2); }
  // When a word moves from the RAM to the output register.
  Time moved(int64_t word) const { return std::max(put[word] + 1, word > 0 ? get[word - 1] : 0); }
  Time ready() const { return direct() ? offered[get.size()] : (ram() ? moved(get.size()) : put[get.size()]) + 1; }

  // Whether it is known when the next word may enter, and when: once a word is gone, or has moved on.
  bool has_room() const {
    const int64_t next = put.size(), gone = get.size();
    if (direct()) return gone > next;
    if (depth == 0) return true;
    return next < (ram() ? depth - 1 : depth) || gone + depth > next;
  }
  Time room() const {
    const int64_t next = put.size();
    if (direct()) return get[next];
    if (depth == 0 || next < (ram() ? depth - 1 : depth)) return 0;
    return (ram() ? moved(next - depth + 1) : get[next - depth]) + 1;
  }

  // The least depth with which every word moves as it did.
  int64_t needed() const {
    if (!ram()) return depth;
    int64_t gone = 0, most = 0;
    for (int64_t k = 0; k < int64_t(put.size()); ++k) {
      while (gone < k && gone <= int64_t(get.size()) && moved(gone) < put[k]) ++gone;
      most = std::max(most, k + 2 - gone);
    }
    return std::min(most, depth);
  }
};

struct Stall {
  Time from, to;
};

struct Process {
  // Description.
  int64_t steps = 0, period = 0;
  const uint8_t *takes = nullptr, *gives = nullptr;
  const int64_t* needs = nullptr;  // steps of the peer that come before a step; null: no peer
  Time latency = 1;
  bool frozen = false;
  bool holds = false;  // every step waits for words, also one that leaves them where they are
  int64_t reserved = -1;  // a section: words that the steps without input give; it may not be stopped once it has begun
  int peer = -1;
  int64_t peer_period = 0;
  std::vector<int> inputs, outputs;
  // State. `last` counts a frozen pipeline's moving cycles: the time of its last step less the stalls before it.
  int64_t done = 0, phase = 0, rounds = 0, limit = 0;
  Time last = -1;
  std::vector<Time> times;  // of every step, if the peer asks
  std::vector<Time> held;   // elastic: when each output's register was last full, -1 once its word has gone
  std::vector<Time> freed;  // elastic: when each output's last word went
  std::deque<Time> flying;  // frozen: the moving cycle in which each word reaches the output
  std::deque<Stall> stalls;  // frozen: behind the last step, not yet passed by it
  Time step_shift = 0, output_shift = 0;
  Time floor = 0;  // the end of the last stall passed
  std::vector<std::pair<Time, int64_t>> entered;  // a section: when each word entered, and how many are accounted for then
};

struct Graph {
  std::vector<Process> processes;
  std::vector<Channel> channels;
  std::vector<int> queue;
  std::vector<uint8_t> queued;

  void wake(int process) {
    if (process >= 0 && !queued[process]) {
      queued[process] = 1;
      queue.push_back(process);
    }
  }

  // Without a FIFO: show the consumer a word, once.
  void offer(Channel& channel, Time valid) {
    if (!channel.direct() || channel.offered.size() > channel.put.size()) return;
    channel.offered.push_back(valid);
    wake(channel.consumer);
  }

  // A word that has been offered since `valid`.
  Time put(Channel& channel, Time valid) {
    const Time time = std::max(valid, channel.room());
    channel.waited += time - valid;
    channel.put.push_back(time);
    wake(channel.consumer);
    return time;
  }

  // The earliest cycle in which words, and the peer's steps, are there for the next step; false: not known yet.
  bool operands(const Process& p, Time& time) const {
    if (p.takes[p.phase] || p.holds)
      for (int i : p.inputs) {
        const Channel& channel = channels[i];
        if (!channel.known()) return false;
        time = std::max(time, channel.ready());
      }
    if (p.needs) {
      const int64_t need = p.needs[p.phase] + p.rounds * p.peer_period;
      const Process& peer = processes[p.peer];
      if (need > peer.done) return false;
      if (need > 0) time = std::max(time, peer.times[need - 1] + 1);
    }
    return true;
  }

  void record(Process& p, Time time) {
    if (p.takes[p.phase])
      for (int i : p.inputs) {
        channels[i].get.push_back(time);
        wake(channels[i].producer);
      }
    if (p.peer >= 0) {
      p.times.push_back(time);
      wake(p.peer);
    }
    ++p.done;
    if (++p.phase == p.period) {
      p.phase = 0;
      ++p.rounds;
    }
  }

  // Elastic: a register before each output, and only a step that writes it waits for it.
  void drain_registers(Process& p) {
    for (size_t o = 0; o < p.outputs.size(); ++o) {
      Channel& channel = channels[p.outputs[o]];
      if (p.held[o] < 0) continue;
      offer(channel, p.held[o]);
      if (!channel.has_room()) continue;
      p.freed[o] = put(channel, p.held[o]);
      p.held[o] = -1;
    }
  }

  bool step_elastic(Process& p) {
    Time time = p.last + 1;
    if (!operands(p, time)) return false;
    const bool gives = p.gives[p.phase];
    if (gives)
      for (size_t o = 0; o < p.outputs.size(); ++o) {
        if (p.held[o] >= 0) return false;
        time = std::max(time, p.freed[o]);
      }
    record(p, time);
    p.last = time;
    if (gives) {
      std::fill(p.held.begin(), p.held.end(), time + 1);
      drain_registers(p);
    }
    return true;
  }

  // Frozen: all of a pipeline stands while its last word is refused.
  void drain_pipeline(Process& p) {
    if (p.outputs.empty()) return;
    Channel& channel = channels[p.outputs[0]];
    while (!p.flying.empty()) {
      offer(channel, p.flying.front() + p.output_shift);
      if (!channel.has_room()) return;
      const Time valid = p.flying.front() + p.output_shift, gone = put(channel, valid);
      if (gone > valid) {
        p.stalls.push_back({valid, gone});
        p.output_shift += gone - valid;
      }
      p.flying.pop_front();
    }
  }

  bool step_frozen(Process& p) {
    Time arrival = p.floor;
    if (!operands(p, arrival)) return false;
    Time time = std::max(p.last + 1 + p.step_shift, arrival);
    while (!p.stalls.empty() && p.stalls.front().from <= time) {
      p.floor = p.stalls.front().to;
      p.step_shift += p.floor - p.stalls.front().from;
      p.stalls.pop_front();
      time = std::max({p.last + 1 + p.step_shift, arrival, p.floor});
    }
    if (!p.flying.empty() && p.flying.front() + p.output_shift <= time) return false;
    const bool gives = p.gives[p.phase];
    record(p, time);
    p.last = time - p.step_shift;
    if (gives) {
      p.flying.push_back(p.last + p.latency);
      drain_pipeline(p);
    }
    return true;
  }

  // A section: nothing in it is ever stopped, so a word enters once there is room for it, and for those of the window's padding, in
  // the FIFO at the end: CREDIT cycles after one has left it.
  bool step_section(Process& p) {
    Channel& channel = channels[p.outputs[0]];
    Time time = p.last + 1;
    if (!operands(p, time)) return false;
    if (p.takes[p.phase]) {
      const int64_t accounted = channel.put.size() + p.reserved, left = accounted - channel.depth;
      if (left >= int64_t(channel.get.size())) return false;
      if (left >= 0) time = std::max(time, channel.get[left] + CREDIT);
      p.entered.push_back({time, accounted});
    }
    const bool gives = p.gives[p.phase];
    record(p, time);
    p.last = time;
    if (gives) {
      channel.put.push_back(time + p.latency);
      wake(channel.consumer);
    }
    return true;
  }

  void advance(Process& p) {
    if (p.reserved >= 0) {
      while (p.done < p.limit && step_section(p)) {
      }
    } else if (p.frozen) {
      drain_pipeline(p);
      while (p.done < p.limit && step_frozen(p)) {
      }
    } else {
      drain_registers(p);
      while (p.done < p.limit && step_elastic(p)) {
      }
    }
  }

  // The least depth of a channel with which every word moves as it did.
  int64_t needed(const Channel& channel) const {
    if (channel.producer < 0 || processes[channel.producer].reserved < 0) return channel.needed();
    int64_t gone = 0, most = 1;
    for (const auto& [time, accounted] : processes[channel.producer].entered) {
      while (gone < int64_t(channel.get.size()) && channel.get[gone] + CREDIT <= time) ++gone;
      most = std::max(most, accounted + 1 - gone);
    }
    return std::min(most, channel.depth);
  }

  void reset() {
    for (Channel& c : channels) {
      c.put.clear();
      c.get.clear();
      c.offered.clear();
      c.waited = 0;
    }
    for (Process& p : processes) {
      p.done = p.phase = p.rounds = p.limit = 0;
      p.last = -1;
      p.times.clear();
      p.held.assign(p.outputs.size(), -1);
      p.freed.assign(p.outputs.size(), 0);
      p.flying.clear();
      p.stalls.clear();
      p.step_shift = p.output_shift = p.floor = 0;
      p.entered.clear();
    }
    queue.clear();
    queued.assign(processes.size(), 0);
  }

  // One more window, offered from `release` on. False: words are left that never move.
  bool window(Channel& source, Time release) {
    source.put.insert(source.put.end(), source.words, release - 1);
    for (size_t i = processes.size(); i-- > 0;) {
      processes[i].limit += processes[i].steps;
      wake(int(i));
    }
    while (!queue.empty()) {
      const int i = queue.back();
      queue.pop_back();
      queued[i] = 0;
      advance(processes[i]);
    }
    for (const Process& p : processes)
      if (p.done < p.limit || !p.flying.empty()) return false;
    for (const Channel& c : channels)
      if ((c.depth > 0 && c.put.size() != c.get.size()) || c.offered.size() > c.get.size()) return false;
    return true;
  }

  // How many windows back the words are that a word's time depends on.
  int64_t memory() const {
    int64_t windows = 1;
    for (const Channel& c : channels)
      if (c.depth < ENDLESS) windows = std::max(windows, (c.depth + c.words - 1) / c.words);
    for (const Process& p : processes)
      if (p.needs) {
        const int64_t oldest = 1 - *std::min_element(p.needs, p.needs + p.period);
        windows = std::max(windows, (oldest + p.peer_period - 1) / p.peer_period);
      }
    return windows;
  }

  // How much later than the window before each word of window `index` moved: the most, the least, and whether each of them
  // is what it was a window before.
  void compare(int64_t index, Time& most, Time& least, bool& repeats) const {
    most = INT32_MIN;
    least = INT32_MAX;
    repeats = index > 1;
    for (const Channel& c : channels)
      for (const std::vector<Time>* times : {&c.put, &c.get}) {
        if (c.producer < 0 && times == &c.put) continue;
        if (c.consumer < 0 && times == &c.get) continue;
        const Time* t = times->data() + index * c.words;
        for (int64_t k = 0; k < c.words; ++k) {
          const Time later = t[k] - t[k - c.words];
          most = std::max(most, later);
          least = std::min(least, later);
          if (repeats) repeats = later == t[k - c.words] - t[k - 2 * c.words];
        }
      }
  }
};

}  // namespace

extern "C" Graph* graph_new(int processes, int channels) {
  Graph* graph = new Graph;
  graph->processes.resize(processes);
  graph->channels.resize(channels);
  return graph;
}

extern "C" void graph_delete(Graph* graph) { delete graph; }

// The arrays stay the caller's and must outlive the graph. needs: null without a peer. reserved: -1 unless it is a section.
extern "C" void set_process(Graph* graph, int index, int64_t steps, int64_t period, const uint8_t* takes, const uint8_t* gives,
                            const int64_t* needs, int peer, int64_t peer_period, int latency, int frozen, int holds,
                            int reserved) {
  Process& p = graph->processes[index];
  p.steps = steps;
  p.period = period;
  p.takes = takes;
  p.gives = gives;
  p.needs = needs;
  p.peer = peer;
  p.peer_period = peer_period;
  p.latency = latency;
  p.frozen = frozen;
  p.holds = holds;
  p.reserved = reserved;
}

// producer -1: the accelerator's input; consumer -1: its output.
extern "C" void set_channel(Graph* graph, int index, int64_t words, int producer, int consumer, int half) {
  Channel& c = graph->channels[index];
  c.words = words;
  c.producer = producer;
  c.consumer = consumer;
  c.half = half;
  if (producer >= 0) graph->processes[producer].outputs.push_back(index);
  if (consumer >= 0) graph->processes[consumer].inputs.push_back(index);
}

enum Outcome { STEADY, SLOWER, STUCK, OPEN };

// Up to `windows` windows from reset through FIFOs of `depths` words (input and output channel: 0; no FIFO: -1). Window w is offered from
// w * pace on (pace 0: at once). If interval > 0, ends as soon as every word moves `interval` cycles after its like of the
// window before, for as many windows as a word's time depends on (STEADY: so it goes on), or when each repeats its own last
// pause and some are longer (SLOWER). results: cycle of each window's last word out; count: windows run. fill: per channel, the
// depth with which all words would move alike; waits: the cycles that words were refused at its full entrance.
extern "C" int run(Graph* graph, const int64_t* depths, int windows, int pace, int interval, int64_t* results, int* count,
                   int64_t* fill, int64_t* waits) {
  graph->reset();
  Channel *source = nullptr, *sink = nullptr;
  for (size_t i = 0; i < graph->channels.size(); ++i) {
    Channel& c = graph->channels[i];
    c.depth = depths[i];
    if (c.producer < 0) source = &c;
    if (c.consumer < 0) sink = &c;
  }
  const int64_t memory = graph->memory();
  int64_t alike = 0;
  int outcome = OPEN;
  *count = 0;
  for (int w = 0; w < windows && outcome == OPEN; ++w) {
    if (!graph->window(*source, Time(w) * pace)) {
      outcome = STUCK;
      break;
    }
    results[w] = sink->put.back();
    *count = w + 1;
    if (interval <= 0 || w == 0) continue;
    Time most, least;
    bool repeats;
    graph->compare(w, most, least, repeats);
    alike = most == interval && least == interval ? alike + 1 : 0;
    if (alike == memory) outcome = STEADY;
    if (repeats && most > interval) outcome = SLOWER;
  }
  for (size_t i = 0; i < graph->channels.size(); ++i) {
    fill[i] = graph->needed(graph->channels[i]);
    waits[i] = graph->channels[i].waited;
  }
  return outcome;
}

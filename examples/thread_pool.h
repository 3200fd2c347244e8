// A small thread pool for the functions <name>_run_parallel() of emitted code. C++11.
//
//   ThreadPool pool(4);
//   Memory arena(NET_PARALLEL_ARENA_BYTES(pool.threads()));
//   net_run_parallel(weights, arena, input, output, pool.threads(), ThreadPool::parallel_for, &pool);
//
// A run hands out work some dozens of times, for less than a millisecond each time. So threads that have nothing to do
// look for work for a while before they sleep. The caller does its share: a pool of four has three threads of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

class ThreadPool {
 public:
  explicit ThreadPool(int threads) {
    for (int i = 1; i < threads; ++i) workers_.emplace_back(&ThreadPool::work, this);
  }
  ~ThreadPool() {
    stop_ = true;
    wake();
    for (std::thread& worker : workers_) worker.join();
  }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // What emitted code calls; `pool` is the address of a ThreadPool. One caller at a time.
  static void parallel_for(void* pool, void (*task)(void* argument, int index), void* argument, int count) {
    static_cast<ThreadPool*>(pool)->run(task, argument, static_cast<uint32_t>(count));
  }

 private:
  void run(void (*task)(void*, int), void* argument, uint32_t count) {
    // Nobody else reads these: all tasks of the call before have returned, and there are none to take.
    task_ = task;
    argument_ = argument;
    unfinished_.store(count, std::memory_order_relaxed);
    tickets_ = uint64_t{count} << 32;
    if (sleeping_ > 0) wake();
    while (take_one()) {
    }
    for (int i = 0; unfinished_.load(std::memory_order_acquire) > 0; ++i) pause(i);
  }

  // Does one task, if there is one that nobody has taken.
  bool take_one() {
    uint64_t ticket = tickets_.load(std::memory_order_acquire);
    do {
      if (!available(ticket)) return false;
    } while (!tickets_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel, std::memory_order_acquire));
    // The call cannot end before this task does, so that these are the call's own.
    task_(argument_, static_cast<int>(ticket & 0xffffffffu));
    unfinished_.fetch_sub(1, std::memory_order_release);
    return true;
  }

  static bool available(uint64_t ticket) { return (ticket & 0xffffffffu) < ticket >> 32; }

  void work() {
    for (int idle = 0; !stop_;) {
      if (take_one())
        idle = 0;
      else if (idle < patience)
        pause(idle++);
      else
        sleep(), idle = 0;
    }
  }

  void sleep() {
    std::unique_lock<std::mutex> lock(mutex_);
    ++sleeping_;
    // Whoever hands out work does that before it looks whether somebody sleeps; here it is the other way round.
    wake_.wait(lock, [this] { return stop_ || available(tickets_); });
    --sleeping_;
  }
  void wake() {
    { std::lock_guard<std::mutex> lock(mutex_); }
    wake_.notify_all();
  }

  // The i-th moment of waiting. Where there are more threads than processors, others must get on.
  static void pause(int i) {
    if (i % 256 == 255) return std::this_thread::yield();
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    __asm__ volatile("yield");
#endif
  }

  static const int patience = 20000;  // some hundred microseconds

  void (*task_)(void*, int) = nullptr;
  void* argument_ = nullptr;
  std::atomic<uint64_t> tickets_{0};  // tasks of the call << 32 | the next one that nobody has taken
  std::atomic<uint32_t> unfinished_{0};
  std::atomic<int> sleeping_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> workers_;
};

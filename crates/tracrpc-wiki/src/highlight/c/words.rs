//! The words of C and C++, as Pygments knows them.

use crate::highlight::scan::{Words, words};

/// Words that C and C++ share.
pub(super) static KEYWORDS: Words = words!(
    "asm auto break const constexpr continue countof default defer do else enum extern for goto if register restricted",
    "return sizeof struct static switch typedef typeof typeof_unqual volatile while union thread_local alignas alignof",
    "static_assert _Pragma fortran",
);

/// Words of C only.
pub(super) static C_KEYWORDS: Words = words!(
    "_Alignas _Alignof _Noreturn _Countof _Generic _Thread_local _Static_assert _Imaginary noreturn imaginary complex",
);

/// Words of C++ only.
pub(super) static CPP_KEYWORDS: Words = words!(
    "catch const_cast delete dynamic_cast explicit export friend mutable new operator private protected public",
    "reinterpret_cast class __restrict static_cast template this throw throws try typeid using virtual concept decltype",
    "noexcept override final constinit consteval co_await co_return co_yield requires import module typename and and_eq",
    "bitand bitor compl not not_eq or or_eq xor xor_eq contract_assert pre post",
);

/// Words of compilers.
pub(super) static RESERVED: Words = words!(
    "inline _inline __inline naked restrict thread __m128i __m128d __m128 __m64 __asm __based __except __stdcall __cdecl",
    "__fastcall __declspec __finally __try __leave __w64 __unaligned __raise __noop __identifier __forceinline __assume",
    "__null",
);

/// Types that are words of compilers.
pub(super) static RESERVED_TYPES: Words = words!("__int8 __int16 __int32 __int64 __wchar_t");

/// Types that C and C++ share.
pub(super) static TYPES: Words =
    words!("bool int long float short double char unsigned signed void _BitInt __int128",);

/// Types of C only.
pub(super) static C_TYPES: Words =
    words!("_Bool _Complex _Atomic _Decimal32 _Decimal64 _Decimal128",);

/// Types of C++ only.
pub(super) static CPP_TYPES: Words = words!("char8_t char16_t char32_t");

/// Types of the standard library and of operating systems.
pub(super) static LIBRARY_TYPES: Words = words!(
    "DIR FILE atomic_bool atomic_char atomic_char16_t atomic_char32_t atomic_int atomic_int_fast16_t",
    "atomic_int_fast32_t atomic_int_fast64_t atomic_int_fast8_t atomic_int_least16_t atomic_int_least32_t",
    "atomic_int_least64_t atomic_int_least8_t atomic_intmax_t atomic_intptr_t atomic_llong atomic_long",
    "atomic_ptrdiff_t atomic_schar atomic_short atomic_size_t atomic_uchar atomic_uint atomic_uint_fast16_t",
    "atomic_uint_fast32_t atomic_uint_fast64_t atomic_uint_fast8_t atomic_uint_least16_t atomic_uint_least32_t",
    "atomic_uint_least64_t atomic_uint_least8_t atomic_uintmax_t atomic_uintptr_t atomic_ullong atomic_ulong",
    "atomic_ushort atomic_wchar_t byte clock_t clockid_t cpu_set_t cpumask_t dev_t div_t fpos_t gid_t id_t ino_t",
    "int16_t int32_t int64_t int8_t int_fast16_t int_fast32_t int_fast64_t int_fast8_t int_least16_t int_least32_t",
    "int_least64_t int_least8_t intmax_t intptr_t jmp_buf key_t ldiv_t mbstate_t mode_t nfds_t off_t pid_t ptrdiff_t",
    "rlim_t sig_atomic_t sig_t sighandler_t siginfo_t sigset_t sigval_t size_t socklen_t ssize_t time_t timer_t uid_t",
    "uint16_t uint32_t uint64_t uint8_t uint_fast16_t uint_fast32_t uint_fast64_t uint_fast8_t uint_least16_t",
    "uint_least32_t uint_least64_t uint_least8_t uintmax_t uintptr_t va_list wchar_t wctrans_t wctype_t wint_t",
);

#include <scope/paper.h>
bool sc_latex_is_main(sc_str b){(void)b;return false;}
bool sc_latex_is(sc_str b){(void)b;return false;}
int sc_latex_read(struct sc_arena *a, const struct sc_part *part, uint32_t npart, uint32_t main, unsigned kinds, struct sc_paper *p, bool *used, struct sc_err *e){(void)a;(void)part;(void)npart;(void)main;(void)kinds;(void)p;(void)used;(void)e;return 0;}
uint32_t sc_latex_graphic(const struct sc_part *part, uint32_t npart, const struct sc_paper *p, sc_str name){(void)part;(void)p;(void)name;return npart;}

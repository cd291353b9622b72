"""old module -> new module, without the leading padnet."""
def room(new, text):
    out = {}
    for entry in text.split():
        old, _, name = entry.partition('=')
        out[old] = f"{new}.{name or old.split('.')[-1]}"
    return out
TABLE = {}
TABLE |= room('core', '''core.images=image_fidelity core.convolutional=conv_unit core.shrinkage=shrinkage_unit core.unshuffled=unshuffled_unit
 core.trace=history core.learning=training core.parts=gradient_accumulation core.precision=mixed_precision core.strips=tiling core.checks=validation''')
TABLE |= room('imaging', '''benchmarks.frame=boundary benchmarks.kernels benchmarks.blur_kinds benchmarks.observation=degradation benchmarks.fields=batch
 benchmarks.pairs benchmarks.metrics benchmarks.haze_scores benchmarks.alignment benchmarks.registration tasks.photograph=arrays''')
TABLE |= room('haze', '''haze.depths=synthetic_depth haze.silhouettes=foreground_occluders haze.working=resampling haze.weighted=wls
 haze.residual=gradient_residual haze.boundary=boundary_constraint haze.estimator=transmission_network''')
TABLE |= room('tasks', '''tasks.finite=json_numbers tasks.noise=noise_level tasks.opponent=opponent_colours tasks.haze_settings=dehazing_settings
 tasks.settings=deconvolution_settings tasks.restoration=restorer''')
TABLE |= room('baselines', '''methods.training methods.trained=pretrained methods.splitting=admm_hqs methods.scoring methods.inputs''')
TABLE |= room('baselines.deblurring', '''methods.tv methods.hyperlaplacian methods.epll methods.epll_training methods.expectation_maximisation=em methods.mixture
 methods.bm3d methods.bm3ddeb methods.iddbm3d methods.csf methods.csf_training methods.mlp methods.mlp_training methods.sparse=levin_sparse methods.blocks
 methods.frames methods.passes''')
TABLE |= room('baselines.dehazing', '''methods.he methods.meng methods.chen methods.berman methods.li methods.ren methods.ren_training methods.cai methods.cai_training
 methods.haze_training''')
TABLE |= room('data', '''pipeline.fetch pipeline.download pipeline.sources pipeline.wheel=skimage_files pipeline.sample=sample_pictures pipeline.sample_haze
 pipeline.dataset=deblurring_pairs pipeline.haze_pairs pipeline.haze_data=haze_spec benchmarks.pictures=readers benchmarks.protocols benchmarks.sets
 benchmarks.haze_protocols benchmarks.quick_haze benchmarks.middlebury benchmarks.fattal''')
TABLE |= room('experiments', '''pipeline.experiment=base pipeline.gradient pipeline.image pipeline.ladder pipeline.haze pipeline.methods=baselines pipeline.seeds
 pipeline.train pipeline.jobs=trainers pipeline.checkpoint pipeline.ranks=distributed pipeline.tune pipeline.schemas
 benchmarks.gradient=gradient_problem''')
for name in 'converge gradient haze image ladder methods parts seeds'.split():
    TABLE[f'pipeline.schemas.{name}'] = f'experiments.schemas.{name}'
TABLE |= room('evaluation', '''pipeline.benchmark=gradient pipeline.benchmark_image=image pipeline.benchmark_method=deblurring pipeline.benchmark_haze=haze
 pipeline.benchmark_haze_method=dehazing pipeline.haze_sets pipeline.records pipeline.timing=runtimes pipeline.anchor=levin_check pipeline.heldout
 pipeline.converge pipeline.longrun pipeline.survival pipeline.bench pipeline.against pipeline.explicit_networks''')
TABLE |= room('ablations', 'pipeline.ablate=run pipeline.ablation=measure pipeline.deviations=register')
TABLE |= room('reporting', '''pipeline.report pipeline.table1 pipeline.table2 pipeline.table3 pipeline.tables pipeline.layout=table_format pipeline.agreement
 pipeline.compare pipeline.comparison pipeline.verdicts pipeline.elsewhere=other_publications pipeline.spread=seed_statistics pipeline.markdown
 benchmarks.figure1 benchmarks.panels''')
TABLE |= room('notebook', '''pipeline.notebook=run pipeline.canonical=normalise pipeline.student course.pictures=figures course.sliders course.tables pipeline.buttons site.books=executed''')
TABLE |= room('cli', 'cli=main extras pipeline.paper pipeline.deconvolve pipeline.dehaze pipeline.pictures=picture_files')
TABLE |= room('site', 'pipeline.site=main')
TABLE |= room('verify', 'pipeline.verify=main pipeline.selftest pipeline.operations pipeline.closing=repro_summary')
TABLE |= room('project', '''pipeline.paths pipeline.params pipeline.section pipeline.files=atomic_files pipeline.alone=run_lock pipeline.locks pipeline.determinism
 pipeline.switches pipeline.pinned pipeline.imports=import_graph pipeline.package=modules pipeline.fingerprints=code_fingerprints pipeline.untyped
 pipeline.commands pipeline.deps pipeline.relock pipeline.choice pipeline.card=run_card pipeline.dag pipeline.together
 pipeline.console''')
# added on the branches
TABLE |= {'pipeline.ship': 'experiments.ship', 'pipeline.pages': 'reporting.pages', 'pipeline.markers': 'project.markers', 'course.desk': 'notebook.desk'}

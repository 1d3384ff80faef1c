<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es">
<context>
    <name>AgePerson</name>
    <message numerus="yes">
        <source>%n year(s) old</source>
        <translation>
            <numerusform>%n año</numerusform>
            <numerusform>%n años</numerusform>
        </translation>
    </message>
    <message>
        <source>card valid until %1</source>
        <translation>documento válido hasta el %1</translation>
    </message>
    <message>
        <source>Known here by this licence</source>
        <translation>Conocido aquí por este documento</translation>
    </message>
    <message>
        <source>As a customer?</source>
        <translation>¿Como cliente?</translation>
    </message>
    <message>
        <source>Medical card expired on %1</source>
        <translation>Tarjeta médica vencida el %1</translation>
    </message>
    <message>
        <source>Choose as customer</source>
        <translation>Elegir como cliente</translation>
    </message>
    <message>
        <source>No connected system knows this licence.</source>
        <translation>Ningún sistema conectado conoce este documento.</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Preguntando…</translation>
    </message>
    <message>
        <source>Ask the systems</source>
        <translation>Preguntar a los sistemas</translation>
    </message>
    <message>
        <source>Ask the connected systems who has this licence</source>
        <translation>Preguntar a los sistemas conectados quién tiene este documento</translation>
    </message>
    <message>
        <source>Save as a new customer</source>
        <translation>Guardar como cliente nuevo</translation>
    </message>
    <message>
        <source>First name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Last name</source>
        <translation>Apellido</translation>
    </message>
    <message>
        <source>Phone (optional)</source>
        <translation>Teléfono (opcional)</translation>
    </message>
    <message>
        <source>E-mail (optional)</source>
        <translation>Correo (opcional)</translation>
    </message>
    <message>
        <source>Save and choose</source>
        <translation>Guardar y elegir</translation>
    </message>
    <message>
        <source>Name, licence and date of birth are kept, sealed, until the customer is forgotten.</source>
        <translation>El nombre, el documento y la fecha de nacimiento se guardan, cifrados, hasta que se olvide al cliente.</translation>
    </message>
    <message>
        <source>Nothing of this card is kept when the sheet closes, unless you save it.</source>
        <translation>Al cerrar esta hoja no queda nada del documento, salvo que lo guarde.</translation>
    </message>
</context>
<context>
    <name>AgeSheet</name>
    <message>
        <source>The buyer has to be %1.</source>
        <translation>El comprador debe tener %1 años.</translation>
    </message>
    <message>
        <source>Nothing in the basket asks for an age yet.</source>
        <translation>Nada en la cesta exige todavía una edad.</translation>
    </message>
    <message>
        <source>Age check</source>
        <translation>Control de edad</translation>
    </message>
    <message>
        <source>Before the payment the age has to be checked.</source>
        <translation>Antes de cobrar hay que comprobar la edad.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
</context>
<context>
    <name>AgeWays</name>
    <message>
        <source>Scan the licence now</source>
        <translation>Escanee ahora el documento</translation>
    </message>
    <message>
        <source>The wide barcode on the back. No field needs the focus.</source>
        <translation>El código ancho del reverso. No hace falta elegir un campo.</translation>
    </message>
    <message>
        <source>Or type the date of birth</source>
        <translation>O escriba la fecha de nacimiento</translation>
    </message>
    <message>
        <source>Date of birth, as %1</source>
        <translation>Nacimiento, como %1</translation>
    </message>
    <message>
        <source>This is no date of birth.</source>
        <translation>Esto no es una fecha de nacimiento.</translation>
    </message>
    <message numerus="yes">
        <source>Born %1: %n year(s) old</source>
        <translation>
            <numerusform>Nacimiento: %1, %n año</numerusform>
            <numerusform>Nacimiento: %1, %n años</numerusform>
        </translation>
    </message>
    <message>
        <source>Day, month and the year with four digits.</source>
        <translation>Día, mes y el año con cuatro cifras.</translation>
    </message>
    <message>
        <source>I have read it on a card</source>
        <translation>La he leído en un documento</translation>
    </message>
    <message>
        <source>Or you know the customer</source>
        <translation>O conoce al cliente</translation>
    </message>
    <message numerus="yes">
        <source>%1: born %2, %n year(s) old</source>
        <translation>
            <numerusform>%1: nacimiento %2, %n año</numerusform>
            <numerusform>%1: nacimiento %2, %n años</numerusform>
        </translation>
    </message>
    <message>
        <source>This is the person</source>
        <translation>Es esta persona</translation>
    </message>
    <message>
        <source>Who checked and how is kept with the sale; the date of birth is not.</source>
        <translation>Con la venta se guarda quién comprobó y cómo; la fecha de nacimiento no.</translation>
    </message>
</context>
<context>
    <name>ApproverList</name>
    <message>
        <source>Nobody here may approve this.</source>
        <translation>Nadie aquí puede aprobarlo.</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>BasketAnswers</name>
    <message>
        <source>Remove %1</source>
        <translation>Quitar %1</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>hace %1</translation>
    </message>
    <message>
        <source>%1 does not apply</source>
        <translation>%1 no se aplica</translation>
    </message>
    <message>
        <source>%1: %2 off</source>
        <translation>%1: %2 de descuento</translation>
    </message>
    <message>
        <source>%1: free shipping</source>
        <translation>%1: envío gratis</translation>
    </message>
    <message>
        <source>%1 used, %2 left after this</source>
        <translation>%1 usados, quedan %2 después</translation>
    </message>
    <message>
        <source>Card %1 cannot be used</source>
        <translation>La tarjeta %1 no se puede usar</translation>
    </message>
    <message>
        <source>Card %1: %2</source>
        <translation>Tarjeta %1: %2</translation>
    </message>
</context>
<context>
    <name>BasketLine</name>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 each</source>
        <translation>%1 c/u</translation>
    </message>
</context>
<context>
    <name>BasketPanel</name>
    <message>
        <source>Add customer</source>
        <translation>Añadir cliente</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Cliente</translation>
    </message>
    <message>
        <source>Park the basket</source>
        <translation>Aparcar la cesta</translation>
    </message>
    <message>
        <source>Parked baskets</source>
        <translation>Cestas aparcadas</translation>
    </message>
    <message>
        <source>Empty the basket</source>
        <translation>Vaciar la cesta</translation>
    </message>
    <message>
        <source>Scan a barcode or tap a product.</source>
        <translation>Escanee un código o toque un producto.</translation>
    </message>
    <message>
        <source>The basket is empty</source>
        <translation>La cesta está vacía</translation>
    </message>
    <message>
        <source>Discount code</source>
        <translation>Código de descuento</translation>
    </message>
    <message>
        <source>Gift card</source>
        <translation>Tarjeta regalo</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>Cobrar</translation>
    </message>
</context>
<context>
    <name>BasketTotals</name>
    <message>
        <source>Subtotal</source>
        <translation>Subtotal</translation>
    </message>
    <message>
        <source>incl. %1 %2</source>
        <translation>incl. %1 %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Gift card %1</source>
        <translation>Tarjeta regalo %1</translation>
    </message>
</context>
<context>
    <name>BatchList</name>
    <message>
        <source>Lots, first to expire first</source>
        <translation>Lotes, primero el que antes vence</translation>
    </message>
    <message>
        <source>Recalled: never sold</source>
        <translation>Retirado: no se vende</translation>
    </message>
    <message>
        <source>Expired on %1: never sold</source>
        <translation>Vencido el %1: no se vende</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>hasta el %1</translation>
    </message>
    <message>
        <source>no end</source>
        <translation>sin límite</translation>
    </message>
</context>
<context>
    <name>CashForm</name>
    <message>
        <source>Cash given</source>
        <translation>Efectivo entregado</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Cambio</translation>
    </message>
    <message>
        <source>Still to pay after this</source>
        <translation>Quedará por pagar</translation>
    </message>
    <message>
        <source>Take this part</source>
        <translation>Cobrar esta parte</translation>
    </message>
    <message>
        <source>Take cash</source>
        <translation>Cobrar en efectivo</translation>
    </message>
</context>
<context>
    <name>Categories</name>
    <message>
        <source>All</source>
        <translation>Todo</translation>
    </message>
</context>
<context>
    <name>CodeSheet</name>
    <message>
        <source>Please scan this code with your phone</source>
        <translation>Escanee este código con su teléfono</translation>
    </message>
    <message>
        <source>Code with the link to finish the order</source>
        <translation>Código con el enlace para terminar el pedido</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Listo</translation>
    </message>
</context>
<context>
    <name>ConnectionDetail</name>
    <message>
        <source>Syncing…</source>
        <translation>Sincronizando…</translation>
    </message>
    <message>
        <source>Sync now</source>
        <translation>Sincronizar ahora</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) wait for it. </source>
        <translation>
            <numerusform>%n pedido lo espera. </numerusform>
            <numerusform>%n pedidos lo esperan. </numerusform>
        </translation>
    </message>
    <message>
        <source>Not disconnected</source>
        <translation>No se ha desconectado</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>Ubicación</translation>
    </message>
    <message>
        <source>Signed in until</source>
        <translation>Sesión válida hasta</translation>
    </message>
    <message>
        <source>no end</source>
        <translation>sin límite</translation>
    </message>
    <message>
        <source>Last contact</source>
        <translation>Último contacto</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>hace %1</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nunca</translation>
    </message>
    <message>
        <source>Waiting for it</source>
        <translation>En espera</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s)</source>
        <translation>
            <numerusform>%n pedido</numerusform>
            <numerusform>%n pedidos</numerusform>
        </translation>
    </message>
    <message>
        <source>Look at these there; each is read again when it changes. The rest is up to date.</source>
        <translation>Míralos allí; cada uno se vuelve a leer cuando cambia. Lo demás está al día.</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) could not be understood</source>
        <translation>
            <numerusform>No se pudo entender %n objeto</numerusform>
            <numerusform>No se pudieron entender %n objetos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>y %n más</numerusform>
            <numerusform>y %n más</numerusform>
        </translation>
    </message>
    <message>
        <source>What it can do</source>
        <translation>Qué puede hacer</translation>
    </message>
    <message>
        <source>No: %1</source>
        <translation>No: %1</translation>
    </message>
    <message>
        <source>Last calls</source>
        <translation>Últimas llamadas</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>sin respuesta</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Disconnect it?</source>
        <translation>¿Desconectarlo?</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Desconectar</translation>
    </message>
</context>
<context>
    <name>ConnectionForm</name>
    <message>
        <source>Keys are sealed on this till and never shown again.</source>
        <translation>Las claves se guardan selladas en esta caja y no se vuelven a mostrar.</translation>
    </message>
    <message>
        <source>Connect %1</source>
        <translation>Conectar %1</translation>
    </message>
    <message>
        <source>%1 (optional)</source>
        <translation>%1 (opcional)</translation>
    </message>
    <message>
        <source>This does not look right. %1</source>
        <translation>Esto no parece correcto. %1</translation>
    </message>
    <message>
        <source>Fewer fields</source>
        <translation>Menos campos</translation>
    </message>
    <message>
        <source>More fields</source>
        <translation>Más campos</translation>
    </message>
    <message>
        <source>Making one real call…</source>
        <translation>Haciendo una llamada real…</translation>
    </message>
    <message>
        <source>Account %1, answered in %2 ms.</source>
        <translation>Cuenta %1, respondió en %2 ms.</translation>
    </message>
    <message>
        <source>It works</source>
        <translation>Funciona</translation>
    </message>
    <message>
        <source>Which place is this till at?</source>
        <translation>¿En qué local está esta caja?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Probar</translation>
    </message>
    <message>
        <source>Test and save</source>
        <translation>Probar y guardar</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
</context>
<context>
    <name>ConnectionsScreen</name>
    <message>
        <source>The systems this till talks to.</source>
        <translation>Los sistemas con los que habla esta caja.</translation>
    </message>
    <message>
        <source>Systems</source>
        <translation>Sistemas</translation>
    </message>
    <message>
        <source>Connect a system</source>
        <translation>Conectar un sistema</translation>
    </message>
    <message>
        <source>Choose one at the left, or connect another.</source>
        <translation>Elija uno a la izquierda o conecte otro.</translation>
    </message>
    <message>
        <source>No system chosen</source>
        <translation>Ningún sistema elegido</translation>
    </message>
    <message>
        <source>What do you want to connect?</source>
        <translation>¿Qué quiere conectar?</translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>Check the age</source>
        <translation>Comprobar la edad</translation>
    </message>
    <message>
        <source>Limit %1</source>
        <translation>Límite %1</translation>
    </message>
    <message>
        <source>Medical card expired on %1</source>
        <translation>Tarjeta médica vencida el %1</translation>
    </message>
    <message>
        <source>Medical card valid until %1</source>
        <translation>Tarjeta médica válida hasta el %1</translation>
    </message>
</context>
<context>
    <name>CounterWords</name>
    <message>
        <source>flower</source>
        <translation>flor</translation>
    </message>
    <message>
        <source>concentrate</source>
        <translation>concentrado</translation>
    </message>
    <message>
        <source>edibles</source>
        <translation>comestibles</translation>
    </message>
    <message>
        <source>liquids</source>
        <translation>líquidos</translation>
    </message>
    <message>
        <source>topicals</source>
        <translation>tópicos</translation>
    </message>
    <message>
        <source>plants</source>
        <translation>plantas</translation>
    </message>
    <message>
        <source>seeds</source>
        <translation>semillas</translation>
    </message>
    <message>
        <source>%1 mg THC of %2</source>
        <translation>%1 mg de THC en %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>a number of things</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <translation>%1 %2 de %3</translation>
    </message>
    <message>
        <source>at one visit</source>
        <translation>por visita</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>en %n día</numerusform>
            <numerusform>en %n días</numerusform>
        </translation>
    </message>
    <message>
        <source>a day</source>
        <translation>al día</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>Pacientes</translation>
    </message>
    <message>
        <source>Adults</source>
        <translation>Adultos</translation>
    </message>
    <message>
        <source>Too much</source>
        <translation>Demasiado</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Completo</translation>
    </message>
    <message>
        <source>Nearly full</source>
        <translation>Casi completo</translation>
    </message>
    <message>
        <source>Room left</source>
        <translation>Queda margen</translation>
    </message>
    <message>
        <source>%1+ checked by %2</source>
        <translation>%1+ comprobado por %2</translation>
    </message>
    <message>
        <source>Age checked by %1</source>
        <translation>Edad comprobada por %1</translation>
    </message>
    <message>
        <source>Too young, under %1</source>
        <translation>Demasiado joven, menos de %1</translation>
    </message>
    <message>
        <source>Age not checked</source>
        <translation>Edad sin comprobar</translation>
    </message>
    <message>
        <source>licence scanned</source>
        <translation>documento escaneado</translation>
    </message>
    <message>
        <source>known customer</source>
        <translation>cliente conocido</translation>
    </message>
    <message>
        <source>date of birth typed</source>
        <translation>fecha de nacimiento escrita</translation>
    </message>
    <message>
        <source>Indica</source>
        <translation>Índica</translation>
    </message>
    <message>
        <source>Sativa</source>
        <translation>Sativa</translation>
    </message>
    <message>
        <source>Hybrid</source>
        <translation>Híbrida</translation>
    </message>
    <message>
        <source>Mostly indica</source>
        <translation>Sobre todo índica</translation>
    </message>
    <message>
        <source>Mostly sativa</source>
        <translation>Sobre todo sativa</translation>
    </message>
    <message>
        <source>CBD</source>
        <translation>CBD</translation>
    </message>
    <message>
        <source>Characters made plain</source>
        <translation>Caracteres simplificados</translation>
    </message>
    <message>
        <source>Prefix taken off</source>
        <translation>Prefijo quitado</translation>
    </message>
    <message>
        <source>Suffix taken off</source>
        <translation>Sufijo quitado</translation>
    </message>
    <message>
        <source>Brand taken off</source>
        <translation>Marca quitada</translation>
    </message>
    <message>
        <source>Capitals written as words</source>
        <translation>Mayúsculas escritas como palabras</translation>
    </message>
</context>
<context>
    <name>CustomerSheet</name>
    <message>
        <source>Customer</source>
        <translation>Cliente</translation>
    </message>
    <message>
        <source>Search by name, phone, e-mail or licence.</source>
        <translation>Busque por nombre, teléfono, correo o documento.</translation>
    </message>
    <message>
        <source>Medical card expired on %1</source>
        <translation>Tarjeta médica vencida el %1</translation>
    </message>
    <message>
        <source>Medical card valid until %1</source>
        <translation>Tarjeta médica válida hasta el %1</translation>
    </message>
    <message>
        <source>Medical card</source>
        <translation>Tarjeta médica</translation>
    </message>
    <message>
        <source>Name, phone, e-mail or licence</source>
        <translation>Nombre, teléfono, correo o documento</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Quitar</translation>
    </message>
    <message>
        <source>Nobody found</source>
        <translation>No se encontró a nadie</translation>
    </message>
</context>
<context>
    <name>DueCard</name>
    <message>
        <source>To pay</source>
        <translation>A pagar</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Given so far</source>
        <translation>Entregado hasta ahora</translation>
    </message>
    <message>
        <source>Take back %1</source>
        <translation>Anular %1</translation>
    </message>
    <message>
        <source>Back to the basket</source>
        <translation>Volver a la cesta</translation>
    </message>
</context>
<context>
    <name>GiftCardsScreen</name>
    <message>
        <source>Pay with a card</source>
        <translation>Pagar con una tarjeta</translation>
    </message>
    <message>
        <source>Sell a new card</source>
        <translation>Vender una tarjeta nueva</translation>
    </message>
    <message>
        <source>Add money to a card</source>
        <translation>Recargar una tarjeta</translation>
    </message>
    <message>
        <source>Pay with a card while offline</source>
        <translation>Pagar con una tarjeta sin conexión</translation>
    </message>
    <message>
        <source>Paid with</source>
        <translation>Pago</translation>
    </message>
    <message>
        <source>Given back</source>
        <translation>Devuelto</translation>
    </message>
    <message>
        <source>Sold</source>
        <translation>Venta</translation>
    </message>
    <message>
        <source>Reloaded</source>
        <translation>Recarga</translation>
    </message>
    <message>
        <source>Scan or type a code to see what is on the card.</source>
        <translation>Escanee o escriba un código para ver el saldo de la tarjeta.</translation>
    </message>
    <message>
        <source>Gift cards</source>
        <translation>Tarjetas regalo</translation>
    </message>
    <message>
        <source>Gift card code</source>
        <translation>Código de la tarjeta regalo</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Comprobando…</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Comprobar</translation>
    </message>
    <message>
        <source>Sell or reload</source>
        <translation>Vender o recargar</translation>
    </message>
    <message>
        <source>The balance comes from the system that sold the card.</source>
        <translation>El saldo viene del sistema que vendió la tarjeta.</translation>
    </message>
    <message>
        <source>No card yet</source>
        <translation>Aún no hay tarjeta</translation>
    </message>
    <message>
        <source>Card %1</source>
        <translation>Tarjeta %1</translation>
    </message>
    <message>
        <source>Can be used</source>
        <translation>Se puede usar</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>Caducada</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Bloqueada</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>hace %1</translation>
    </message>
    <message>
        <source>valid until %1</source>
        <translation>válida hasta el %1</translation>
    </message>
    <message>
        <source>What this shop can do</source>
        <translation>Qué puede hacer esta tienda</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>No card was used today</source>
        <translation>Hoy no se usó ninguna tarjeta</translation>
    </message>
</context>
<context>
    <name>HealthChart</name>
    <message>
        <source>Sent in the hour</source>
        <translation>Enviados en la hora</translation>
    </message>
    <message>
        <source>Waiting at most</source>
        <translation>Máximo en espera</translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>Every key works on any screen. A barcode scan needs no field.</source>
        <translation>Las teclas funcionan en cualquier pantalla. Escanear no necesita un campo.</translation>
    </message>
    <message>
        <source>This sheet</source>
        <translation>Esta hoja</translation>
    </message>
    <message>
        <source>Search products</source>
        <translation>Buscar productos</translation>
    </message>
    <message>
        <source>Details of the product with the focus (or hold it)</source>
        <translation>Detalles del producto con el foco (o manténgalo pulsado)</translation>
    </message>
    <message>
        <source>Choose the customer</source>
        <translation>Elegir el cliente</translation>
    </message>
    <message>
        <source>Orders and returns</source>
        <translation>Pedidos y devoluciones</translation>
    </message>
    <message>
        <source>Check the age</source>
        <translation>Comprobar la edad</translation>
    </message>
    <message>
        <source>Park the basket</source>
        <translation>Aparcar la cesta</translation>
    </message>
    <message>
        <source>Bring a parked basket back</source>
        <translation>Recuperar una cesta aparcada</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>Cobrar</translation>
    </message>
    <message>
        <source>Lock the till</source>
        <translation>Bloquear la caja</translation>
    </message>
    <message>
        <source>Close what is open</source>
        <translation>Cerrar lo que está abierto</translation>
    </message>
    <message>
        <source>When the network is gone</source>
        <translation>Cuando no hay red</translation>
    </message>
    <message>
        <source>Selling goes on. Each sale is safe on this till the moment it is paid, and is sent once, by itself, when the network is back. The bar at the bottom says what waits.</source>
        <translation>La venta continúa. Cada venta queda a salvo en esta caja en cuanto se cobra y se envía una sola vez, por sí sola, cuando vuelve la red. La barra inferior dice qué espera.</translation>
    </message>
</context>
<context>
    <name>InlineConfirm</name>
    <message>
        <source>Keep</source>
        <translation>Conservar</translation>
    </message>
</context>
<context>
    <name>LimitMeter</name>
    <message>
        <source>%1 used</source>
        <translation>%1 usado</translation>
    </message>
    <message>
        <source>Left: %1</source>
        <translation>Queda: %1</translation>
    </message>
    <message>
        <source> or </source>
        <comment>between two amounts</comment>
        <translation> o </translation>
    </message>
    <message>
        <source>%1 of it bought before</source>
        <translation>%1 comprado antes</translation>
    </message>
</context>
<context>
    <name>LimitsMeter</name>
    <message>
        <source>POS: %1 left, said %2 ago</source>
        <translation>POS: quedan %1, dicho hace %2</translation>
    </message>
    <message>
        <source>Ask the POS again</source>
        <translation>Preguntar otra vez al POS</translation>
    </message>
</context>
<context>
    <name>LimitsTab</name>
    <message>
        <source>The till refuses what passes a limit, and asks for the age and the medical card.</source>
        <translation>La caja rechaza lo que pasa un límite y pide la edad y la tarjeta médica.</translation>
    </message>
    <message>
        <source>Nothing is limited. The age is asked for only where a product says so.</source>
        <translation>Nada está limitado. La edad solo se pide donde un producto lo dice.</translation>
    </message>
    <message>
        <source>The rules of %1 are in force</source>
        <translation>Rigen las reglas de %1</translation>
    </message>
    <message>
        <source>Purchase limits are off</source>
        <translation>Los límites de compra están apagados</translation>
    </message>
    <message>
        <source>Sell without limits?</source>
        <translation>¿Vender sin límites?</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>Apagar</translation>
    </message>
    <message>
        <source>Rules to begin with</source>
        <translation>Reglas para empezar</translation>
    </message>
    <message>
        <source>Laws change and places add their own. Compare each number with the source below before you use them; who chooses them is written down.</source>
        <translation>Las leyes cambian y cada lugar añade las suyas. Compare cada cifra con la fuente antes de usarlas; queda anotado quién las elige.</translation>
    </message>
    <message>
        <source>These are samples. They must be proved.</source>
        <translation>Son ejemplos. Hay que comprobarlos.</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>En vigor</translation>
    </message>
    <message>
        <source>I have proved them: use %1</source>
        <translation>Las he comprobado: usar %1</translation>
    </message>
</context>
<context>
    <name>LineTools</name>
    <message>
        <source>Line discount</source>
        <translation>Descuento de línea</translation>
    </message>
    <message>
        <source>Take off a percentage</source>
        <translation>Descontar un porcentaje</translation>
    </message>
    <message>
        <source>Take off an amount</source>
        <translation>Descontar un importe</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Peso</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>Cantidad</translation>
    </message>
    <message>
        <source>About the product</source>
        <translation>Sobre el producto</translation>
    </message>
    <message>
        <source>Other price</source>
        <translation>Otro precio</translation>
    </message>
    <message>
        <source>Remove the line</source>
        <translation>Quitar la línea</translation>
    </message>
</context>
<context>
    <name>LoadForm</name>
    <message>
        <source>Sell or reload a card</source>
        <translation>Vender o recargar una tarjeta</translation>
    </message>
    <message>
        <source>Take the money first. A new code makes a new card; a known one gets the amount on top.</source>
        <translation>Cobre primero. Un código nuevo crea una tarjeta; a una conocida se le suma el importe.</translation>
    </message>
    <message>
        <source>Gift card code</source>
        <translation>Código de la tarjeta</translation>
    </message>
    <message>
        <source>Amount in %1</source>
        <translation>Importe en %1</translation>
    </message>
    <message>
        <source>Reference on the slip</source>
        <translation>Referencia del comprobante</translation>
    </message>
    <message>
        <source>Last four digits</source>
        <translation>Últimas cuatro cifras</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Put the amount on the card</source>
        <translation>Cargar el importe en la tarjeta</translation>
    </message>
</context>
<context>
    <name>LockScreen</name>
    <message>
        <source>Who is selling?</source>
        <translation>¿Quién vende?</translation>
    </message>
    <message>
        <source>Tap your name, then enter your PIN.</source>
        <translation>Toque su nombre y escriba su PIN.</translation>
    </message>
    <message>
        <source>Hello, %1</source>
        <translation>Hola, %1</translation>
    </message>
    <message numerus="yes">
        <source>%n digit(s) entered</source>
        <translation>
            <numerusform>%n cifra escrita</numerusform>
            <numerusform>%n cifras escritas</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again in %1.</source>
        <translation>Inténtelo de nuevo en %1.</translation>
    </message>
    <message>
        <source>Too many wrong tries.</source>
        <translation>Demasiados intentos fallidos.</translation>
    </message>
    <message>
        <source>That PIN is not right.</source>
        <translation>Ese PIN no es correcto.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Entrar</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Otra persona</translation>
    </message>
    <message>
        <source>Who runs this shop?</source>
        <translation>¿Quién dirige esta tienda?</translation>
    </message>
    <message>
        <source>The first person is a manager: they may approve, connect and add others.</source>
        <translation>La primera persona es encargada: puede aprobar, conectar y añadir a otras.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>PIN of six to eight digits</source>
        <translation>PIN de seis a ocho cifras</translation>
    </message>
    <message>
        <source>The same PIN again</source>
        <translation>El mismo PIN otra vez</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuar</translation>
    </message>
</context>
<context>
    <name>NameExamples</name>
    <message>
        <source>What changes here</source>
        <translation>Lo que cambia aquí</translation>
    </message>
    <message>
        <source>These rules change no product of this store.</source>
        <translation>Estas reglas no cambian ningún producto de esta tienda.</translation>
    </message>
    <message>
        <source>Before: %1</source>
        <translation>Antes: %1</translation>
    </message>
</context>
<context>
    <name>NameRules</name>
    <message>
        <source>What is done to names</source>
        <translation>Lo que se hace con los nombres</translation>
    </message>
    <message>
        <source>Off: names stay as each system writes them.</source>
        <translation>Apagado: los nombres quedan como los escribe cada sistema.</translation>
    </message>
    <message>
        <source>Clean up names</source>
        <translation>Limpiar los nombres</translation>
    </message>
    <message>
        <source>Odd spaces, dashes, quotes, invisible marks</source>
        <translation>Espacios raros, guiones, comillas, marcas invisibles</translation>
    </message>
    <message>
        <source>Make characters plain</source>
        <translation>Simplificar los caracteres</translation>
    </message>
    <message>
        <source>Only names without a small letter</source>
        <translation>Solo nombres sin minúsculas</translation>
    </message>
    <message>
        <source>Write capitals as words</source>
        <translation>Escribir mayúsculas como palabras</translation>
    </message>
    <message>
        <source>Where the name begins with it</source>
        <translation>Donde el nombre empieza por ella</translation>
    </message>
    <message>
        <source>Take the brand off the name</source>
        <translation>Quitar la marca del nombre</translation>
    </message>
    <message>
        <source>Words taken off the front, with commas</source>
        <translation>Palabras que se quitan delante, con comas</translation>
    </message>
    <message>
        <source>Prefixes</source>
        <translation>Prefijos</translation>
    </message>
    <message>
        <source>Words taken off the end, with commas</source>
        <translation>Palabras que se quitan al final, con comas</translation>
    </message>
    <message>
        <source>Suffixes</source>
        <translation>Sufijos</translation>
    </message>
    <message>
        <source>Strain and potencies that a text states</source>
        <translation>Variedad y potencias que dice un texto</translation>
    </message>
    <message>
        <source>Read facts from texts</source>
        <translation>Leer datos de los textos</translation>
    </message>
    <message>
        <source>Put goods on our shelves</source>
        <translation>Poner los artículos en nuestros estantes</translation>
    </message>
    <message>
        <source>Where facts are stated</source>
        <translation>Donde constan datos</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Siempre</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nunca</translation>
    </message>
</context>
<context>
    <name>NamesTab</name>
    <message>
        <source>Not kept yet. Products are read again with the new rules.</source>
        <translation>Sin guardar. Los productos se leen de nuevo con las reglas nuevas.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Keep these rules</source>
        <translation>Guardar estas reglas</translation>
    </message>
</context>
<context>
    <name>NavRail</name>
    <message>
        <source>Sell</source>
        <translation>Vender</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Pedidos</translation>
    </message>
    <message>
        <source>Gift cards</source>
        <translation>Tarjetas regalo</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Cola</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Resumen</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Reglas</translation>
    </message>
    <message>
        <source>Systems</source>
        <translation>Sistemas</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Ayuda</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Bloquear</translation>
    </message>
    <message>
        <source>Signed in: %1</source>
        <translation>En sesión: %1</translation>
    </message>
</context>
<context>
    <name>NumberPad</name>
    <message>
        <source>Delete the last digit</source>
        <translation>Borrar la última cifra</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Borrar</translation>
    </message>
</context>
<context>
    <name>OrderDetail</name>
    <message>
        <source>Back to the list</source>
        <translation>Volver a la lista</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Given back %1 · %2</source>
        <translation>Devuelto %1 · %2</translation>
    </message>
    <message>
        <source>Its way</source>
        <translation>Su camino</translation>
    </message>
    <message>
        <source>Reference %1</source>
        <translation>Referencia %1</translation>
    </message>
    <message>
        <source>Give something back</source>
        <translation>Devolver algo</translation>
    </message>
    <message>
        <source>All of it was given back</source>
        <translation>Ya se devolvió todo</translation>
    </message>
</context>
<context>
    <name>OrdersScreen</name>
    <message>
        <source>Today&apos;s first. Scan a receipt to open its order.</source>
        <translation>Los de hoy primero. Escanee un recibo para abrir su pedido.</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Pedidos</translation>
    </message>
    <message>
        <source>Number, name or reference</source>
        <translation>Número, nombre o referencia</translation>
    </message>
    <message>
        <source>Try the number on the receipt.</source>
        <translation>Pruebe con el número del recibo.</translation>
    </message>
    <message>
        <source>Sales show here the moment they are paid.</source>
        <translation>Las ventas aparecen aquí en cuanto se pagan.</translation>
    </message>
    <message>
        <source>No order has “%1”</source>
        <translation>Ningún pedido tiene «%1»</translation>
    </message>
    <message>
        <source>No order yet</source>
        <translation>Aún no hay pedidos</translation>
    </message>
    <message>
        <source>What was sold, how it was paid, and how far it came.</source>
        <translation>Qué se vendió, cómo se pagó y hasta dónde llegó.</translation>
    </message>
    <message>
        <source>Choose an order</source>
        <translation>Elija un pedido</translation>
    </message>
</context>
<context>
    <name>OverviewScreen</name>
    <message>
        <source>%1 more than a week ago</source>
        <translation>%1 más que hace una semana</translation>
    </message>
    <message>
        <source>%1 less than a week ago</source>
        <translation>%1 menos que hace una semana</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Hoy</translation>
    </message>
    <message>
        <source>Sales</source>
        <translation>Ventas</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Pedidos</translation>
    </message>
    <message>
        <source>Average order</source>
        <translation>Pedido medio</translation>
    </message>
    <message>
        <source>Discounts given</source>
        <translation>Descuentos dados</translation>
    </message>
    <message>
        <source>Sales by hour</source>
        <translation>Ventas por hora</translation>
    </message>
    <message>
        <source>Needs a decision</source>
        <translation>Pide una decisión</translation>
    </message>
    <message>
        <source>Nothing waits for you</source>
        <translation>Nada le espera</translation>
    </message>
    <message>
        <source>Sync health</source>
        <translation>Salud de la sincronización</translation>
    </message>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n vez</numerusform>
            <numerusform>%n veces</numerusform>
        </translation>
    </message>
    <message>
        <source>How it was paid</source>
        <translation>Cómo se pagó</translation>
    </message>
    <message>
        <source>Sold most</source>
        <translation>Lo más vendido</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
</context>
<context>
    <name>ParkedSheet</name>
    <message>
        <source>The basket you have now is parked in exchange.</source>
        <translation>La cesta actual se aparca a cambio.</translation>
    </message>
    <message>
        <source>Parked baskets</source>
        <translation>Cestas aparcadas</translation>
    </message>
    <message numerus="yes">
        <source>%n article(s)</source>
        <translation>
            <numerusform>%n artículo</numerusform>
            <numerusform>%n artículos</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>hace %1</translation>
    </message>
    <message>
        <source>Without a name</source>
        <translation>Sin nombre</translation>
    </message>
    <message>
        <source>F8 parks the basket of a customer who comes back.</source>
        <translation>F8 aparca la cesta de un cliente que volverá.</translation>
    </message>
    <message>
        <source>Nothing is parked</source>
        <translation>No hay nada aparcado</translation>
    </message>
</context>
<context>
    <name>PriceSheet</name>
    <message>
        <source>%1, now %2 each</source>
        <translation>%1, ahora %2 por unidad</translation>
    </message>
    <message>
        <source>Other price</source>
        <translation>Otro precio</translation>
    </message>
    <message>
        <source>New price for one, in %1</source>
        <translation>Nuevo precio por unidad, en %1</translation>
    </message>
    <message>
        <source>Who approves it?</source>
        <translation>¿Quién lo aprueba?</translation>
    </message>
    <message>
        <source>Their PIN</source>
        <translation>Su PIN</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Comprobando…</translation>
    </message>
    <message>
        <source>Approve the price</source>
        <translation>Aprobar el precio</translation>
    </message>
    <message>
        <source>Who approved it is kept with the sale.</source>
        <translation>Quién lo aprobó queda guardado con la venta.</translation>
    </message>
</context>
<context>
    <name>ProductFacts</name>
    <message>
        <source>Strain</source>
        <translation>Variedad</translation>
    </message>
    <message>
        <source>Potency</source>
        <translation>Potencia</translation>
    </message>
    <message>
        <source>Effects</source>
        <translation>Efectos</translation>
    </message>
    <message>
        <source>Flavours</source>
        <translation>Sabores</translation>
    </message>
    <message>
        <source>Patients only</source>
        <translation>Solo pacientes</translation>
    </message>
    <message>
        <source>From %1 years on</source>
        <translation>Desde los %1 años</translation>
    </message>
</context>
<context>
    <name>ProductGrid</name>
    <message>
        <source>Try fewer letters, or scan the barcode.</source>
        <translation>Pruebe con menos letras o escanee el código.</translation>
    </message>
    <message>
        <source>Connect a system, then sync its catalog.</source>
        <translation>Conecte un sistema y sincronice su catálogo.</translation>
    </message>
    <message>
        <source>Nothing is called “%1”</source>
        <translation>Nada se llama «%1»</translation>
    </message>
    <message>
        <source>No products yet</source>
        <translation>Aún no hay productos</translation>
    </message>
</context>
<context>
    <name>ProductTile</name>
    <message numerus="yes">
        <source>%n kind(s)</source>
        <translation>
            <numerusform>%n tipo</numerusform>
            <numerusform>%n tipos</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>desde %1</translation>
    </message>
    <message>
        <source>Not counted</source>
        <translation>Sin recuento</translation>
    </message>
    <message>
        <source>Sold out</source>
        <translation>Agotado</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>quedan %1</translation>
    </message>
</context>
<context>
    <name>QueueRow</name>
    <message>
        <source>Order %1 to %2: %3</source>
        <translation>Pedido %1 a %2: %3</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>hace %1</translation>
    </message>
    <message>
        <source>Next try in %1</source>
        <translation>Próximo intento en %1</translation>
    </message>
    <message>
        <source>Its turn comes soon.</source>
        <translation>Su turno llega pronto.</translation>
    </message>
    <message>
        <source>%1 says: %2</source>
        <translation>%1 dice: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n try(tries)</source>
        <translation>
            <numerusform>%n intento</numerusform>
            <numerusform>%n intentos</numerusform>
        </translation>
    </message>
    <message>
        <source>next in %1</source>
        <translation>el próximo en %1</translation>
    </message>
    <message>
        <source>sold by %1</source>
        <translation>vendido por %1</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Apartar</translation>
    </message>
    <message>
        <source>Ask %1</source>
        <translation>Preguntar a %1</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Intentar ahora</translation>
    </message>
</context>
<context>
    <name>QueueScreen</name>
    <message>
        <source>Every order has arrived where it belongs.</source>
        <translation>Todos los pedidos han llegado a su destino.</translation>
    </message>
    <message numerus="yes">
        <source>about %n order(s) a minute</source>
        <translation>
            <numerusform>cerca de %n pedido por minuto</numerusform>
            <numerusform>cerca de %n pedidos por minuto</numerusform>
        </translation>
    </message>
    <message>
        <source>empty in about %1</source>
        <translation>vacía en unos %1</translation>
    </message>
    <message>
        <source>when it will be empty cannot be told yet</source>
        <translation>aún no se sabe cuándo estará vacía</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Cola</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>Save the queue to a file</source>
        <translation>Guardar la cola en un archivo</translation>
    </message>
    <message>
        <source>Try all now</source>
        <translation>Intentar todo ahora</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Oldest</source>
        <translation>El más antiguo</translation>
    </message>
    <message>
        <source>Need you</source>
        <translation>Le necesitan</translation>
    </message>
    <message>
        <source>Saved to %1</source>
        <translation>Guardado en %1</translation>
    </message>
    <message>
        <source>Orders show here until their system has confirmed them.</source>
        <translation>Los pedidos aparecen aquí hasta que su sistema los confirma.</translation>
    </message>
    <message>
        <source>Nothing waits</source>
        <translation>Nada en espera</translation>
    </message>
</context>
<context>
    <name>ReceiptScreen</name>
    <message>
        <source>Sale saved</source>
        <translation>Venta guardada</translation>
    </message>
    <message>
        <source>Change to give</source>
        <translation>Cambio a devolver</translation>
    </message>
    <message>
        <source>Paid in full</source>
        <translation>Pagado por completo</translation>
    </message>
    <message>
        <source>Receipt %1 · reference %2</source>
        <translation>Recibo %1 · referencia %2</translation>
    </message>
    <message>
        <source>New sale</source>
        <translation>Nueva venta</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>Recibo</translation>
    </message>
    <message>
        <source>Printing…</source>
        <translation>Imprimiendo…</translation>
    </message>
    <message>
        <source>Printed</source>
        <translation>Impreso</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Imprimir</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Teléfono</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Enviado</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>SMS</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>Correo</translation>
    </message>
    <message>
        <source>The sale stands. Try again or choose another way.</source>
        <translation>La venta es válida. Inténtelo de nuevo o elija otra vía.</translation>
    </message>
    <message>
        <source>Where it goes</source>
        <translation>Adónde va</translation>
    </message>
</context>
<context>
    <name>ReferenceForm</name>
    <message>
        <source>Take the payment on the terminal, then write down what its slip says.</source>
        <translation>Cobre en el terminal y anote lo que dice su comprobante.</translation>
    </message>
    <message>
        <source>Scan or type the code of the card.</source>
        <translation>Escanee o escriba el código de la tarjeta.</translation>
    </message>
    <message>
        <source>Say how it is paid: voucher, invoice, on account.</source>
        <translation>Indique cómo se paga: vale, factura, a cuenta.</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Importe</translation>
    </message>
    <message>
        <source>Reference on the slip</source>
        <translation>Referencia del comprobante</translation>
    </message>
    <message>
        <source>Gift card code</source>
        <translation>Código de la tarjeta regalo</translation>
    </message>
    <message>
        <source>Way of paying</source>
        <translation>Forma de pago</translation>
    </message>
    <message>
        <source>Last four digits</source>
        <translation>Últimas cuatro cifras</translation>
    </message>
    <message>
        <source>Take this part</source>
        <translation>Cobrar esta parte</translation>
    </message>
    <message>
        <source>Take payment</source>
        <translation>Cobrar</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Sin respuesta clara</translation>
    </message>
    <message>
        <source>The terminal did not say whether the card was charged</source>
        <translation>El terminal no dijo si se cobró la tarjeta</translation>
    </message>
</context>
<context>
    <name>Refusal</name>
    <message>
        <source>Rules</source>
        <translation>Reglas</translation>
    </message>
</context>
<context>
    <name>ReturnPanel</name>
    <message>
        <source>What comes back, at the price that was paid.</source>
        <translation>Lo que se devuelve, al precio pagado.</translation>
    </message>
    <message>
        <source>Return on %1</source>
        <translation>Devolución de %1</translation>
    </message>
    <message>
        <source>%1 of %2 left to return</source>
        <translation>Quedan %1 de %2 por devolver</translation>
    </message>
    <message>
        <source>One less of %1</source>
        <translation>Uno menos de %1</translation>
    </message>
    <message>
        <source>One more of %1</source>
        <translation>Uno más de %1</translation>
    </message>
    <message>
        <source>All that is left</source>
        <translation>Todo lo que queda</translation>
    </message>
    <message>
        <source>To give back</source>
        <translation>A devolver</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Motivo</translation>
    </message>
    <message>
        <source>Who approves it?</source>
        <translation>¿Quién lo aprueba?</translation>
    </message>
    <message>
        <source>Their PIN</source>
        <translation>Su PIN</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Give back</source>
        <translation>Devolver</translation>
    </message>
</context>
<context>
    <name>RuleSet</name>
    <message>
        <source>from %1 years on</source>
        <translation>desde los %1 años</translation>
    </message>
    <message>
        <source> or </source>
        <comment>between two amounts</comment>
        <translation> o </translation>
    </message>
    <message>
        <source>Source: %1. As of %2.</source>
        <translation>Fuente: %1. Fecha: %2.</translation>
    </message>
</context>
<context>
    <name>RulesScreen</name>
    <message>
        <source>Nothing here changes what a system holds.</source>
        <translation>Nada de esto cambia lo que guarda un sistema.</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Reglas</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Límites</translation>
    </message>
    <message>
        <source>Names and categories</source>
        <translation>Nombres y categorías</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Borrar la búsqueda</translation>
    </message>
</context>
<context>
    <name>SellScreen</name>
    <message>
        <source>Search by name, SKU or barcode</source>
        <translation>Buscar por nombre, SKU o código</translation>
    </message>
    <message>
        <source>Search for the product by name, or sync the catalog.</source>
        <translation>Busque el producto por nombre o sincronice el catálogo.</translation>
    </message>
    <message>
        <source>Nothing has the code %1.</source>
        <translation>Nada tiene el código %1.</translation>
    </message>
    <message>
        <source>Basket emptied</source>
        <translation>Cesta vaciada</translation>
    </message>
    <message>
        <source>%1 removed</source>
        <translation>%1: quitado</translation>
    </message>
</context>
<context>
    <name>SettleForm</name>
    <message>
        <source>Look for the order at %1. Is it there?</source>
        <translation>Busque el pedido en %1. ¿Está?</translation>
    </message>
    <message>
        <source>It is there…</source>
        <translation>Está…</translation>
    </message>
    <message>
        <source>It is not there: send it</source>
        <translation>No está: enviarlo</translation>
    </message>
    <message>
        <source>Its number at %1</source>
        <translation>Su número en %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>Mark as sent</source>
        <translation>Marcar como enviado</translation>
    </message>
    <message>
        <source>If it is there after all, it will be there twice. Send it?</source>
        <translation>Si al final está, estará dos veces. ¿Enviarlo?</translation>
    </message>
    <message>
        <source>Yes, send it</source>
        <translation>Sí, enviarlo</translation>
    </message>
</context>
<context>
    <name>SettleTerminal</name>
    <message>
        <source>Did the card payment go through?</source>
        <translation>¿Se completó el pago con tarjeta?</translation>
    </message>
    <message>
        <source>The terminal gave no clear answer. Look at its display or its slip before you take anything else.</source>
        <translation>El terminal no dio una respuesta clara. Mire su pantalla o su comprobante antes de cobrar otra cosa.</translation>
    </message>
    <message>
        <source>Yes, it shows approved</source>
        <translation>Sí, aparece aprobado</translation>
    </message>
    <message>
        <source>No, nothing was taken</source>
        <translation>No, no se cobró nada</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>ShelfSheet</name>
    <message numerus="yes">
        <source>%n product(s) use it. The purchase limits count by the shelf.</source>
        <translation>
            <numerusform>La usa %n producto. Los límites de compra cuentan por estante.</numerusform>
            <numerusform>La usan %n productos. Los límites de compra cuentan por estante.</numerusform>
        </translation>
    </message>
    <message>
        <source>Where does “%1” belong?</source>
        <translation>¿Dónde va «%1»?</translation>
    </message>
</context>
<context>
    <name>ShelfWords</name>
    <message>
        <source>Category words that no shelf takes</source>
        <translation>Categorías sin estante</translation>
    </message>
    <message>
        <source>Every category has its shelf.</source>
        <translation>Cada categoría tiene su estante.</translation>
    </message>
    <message numerus="yes">
        <source>%n product(s)</source>
        <translation>
            <numerusform>%n producto</numerusform>
            <numerusform>%n productos</numerusform>
        </translation>
    </message>
    <message>
        <source>Without a category: give them one at the system</source>
        <translation>Sin categoría: póngala en el sistema</translation>
    </message>
    <message>
        <source>Our own words</source>
        <translation>Nuestras palabras</translation>
    </message>
    <message>
        <source>Forget %1</source>
        <translation>Olvidar %1</translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>One less: %1</source>
        <translation>Uno menos: %1</translation>
    </message>
    <message>
        <source>One more: %1</source>
        <translation>Uno más: %1</translation>
    </message>
</context>
<context>
    <name>SyncBar</name>
    <message>
        <source>All sent</source>
        <translation>Todo enviado</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting, oldest %1</source>
        <translation>
            <numerusform>%n en espera, el más antiguo %1</numerusform>
            <numerusform>%n en espera, el más antiguo %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Offline: selling goes on · %n order(s) kept here</source>
        <translation>
            <numerusform>Sin conexión: la venta continúa · %n pedido guardado aquí</numerusform>
            <numerusform>Sin conexión: la venta continúa · %n pedidos guardados aquí</numerusform>
        </translation>
    </message>
    <message>
        <source>Offline: selling goes on</source>
        <translation>Sin conexión: la venta continúa</translation>
    </message>
    <message>
        <source>Sign in to %1</source>
        <translation>Inicie sesión en %1</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) need you</source>
        <translation>
            <numerusform>%n pedido le necesita</numerusform>
            <numerusform>%n pedidos le necesitan</numerusform>
        </translation>
    </message>
    <message>
        <source>Opens the queue</source>
        <translation>Abre la cola</translation>
    </message>
    <message>
        <source>Last contact %1</source>
        <translation>Último contacto %1</translation>
    </message>
    <message>
        <source>Shift open since %1</source>
        <translation>Turno abierto desde %1</translation>
    </message>
    <message>
        <source>No shift open</source>
        <translation>Ningún turno abierto</translation>
    </message>
</context>
<context>
    <name>TargetRow</name>
    <message>
        <source>Number there: %1</source>
        <translation>Número allí: %1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>desde las %1</translation>
    </message>
    <message>
        <source>Code with the link to finish the order</source>
        <translation>Código con el enlace para terminar el pedido</translation>
    </message>
    <message>
        <source>The customer finishes this order at %1 with their own phone.</source>
        <translation>El cliente termina este pedido en %1 con su teléfono.</translation>
    </message>
    <message>
        <source>Show it large</source>
        <translation>Mostrarlo grande</translation>
    </message>
    <message>
        <source>Show the code</source>
        <translation>Mostrar el código</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
</context>
<context>
    <name>TryName</name>
    <message>
        <source>Try a name</source>
        <translation>Probar un nombre</translation>
    </message>
    <message>
        <source>A product&apos;s name</source>
        <translation>El nombre de un producto</translation>
    </message>
    <message>
        <source>Its brand</source>
        <translation>Su marca</translation>
    </message>
    <message>
        <source>Its category</source>
        <translation>Su categoría</translation>
    </message>
    <message>
        <source>Shelf: %1</source>
        <translation>Estante: %1</translation>
    </message>
    <message>
        <source>On no shelf</source>
        <translation>En ningún estante</translation>
    </message>
</context>
<context>
    <name>VariantRow</name>
    <message>
        <source>Sold out</source>
        <translation>Agotado</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>quedan %1</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>At least %1 %3, in steps of %2 %3</source>
        <translation>Al menos %1 %3, en pasos de %2 %3</translation>
    </message>
    <message>
        <source>Too little. %1</source>
        <translation>Muy poco. %1</translation>
    </message>
    <message>
        <source>Not on a step. %1</source>
        <translation>Fuera de paso. %1</translation>
    </message>
    <message>
        <source>This is no weight. %1</source>
        <translation>Esto no es un peso. %1</translation>
    </message>
    <message>
        <source>%1 %2 for %3</source>
        <translation>%1 %2 por %3</translation>
    </message>
    <message>
        <source>Take this weight</source>
        <translation>Tomar este peso</translation>
    </message>
</context>
<context>
    <name>VariantSheet</name>
    <message>
        <source>Enter the weight, then choose.</source>
        <translation>Escriba el peso y elija.</translation>
    </message>
    <message>
        <source>Which one?</source>
        <translation>¿Cuál?</translation>
    </message>
    <message>
        <source>Weight in %1</source>
        <translation>Peso en %1</translation>
    </message>
</context>
<context>
    <name>WelcomeScreen</name>
    <message>
        <source>Welcome to posbridge</source>
        <translation>Bienvenido a posbridge</translation>
    </message>
    <message>
        <source>A till that sells with no network and brings every sale, exactly once, to your POS and your online shop.</source>
        <translation>Una caja que vende sin red y lleva cada venta, exactamente una vez, a su TPV y a su tienda en línea.</translation>
    </message>
    <message>
        <source>Your POS or your online shop: enter its keys, and one real call proves them.</source>
        <translation>Su TPV o su tienda en línea: escriba sus claves y una llamada real las comprueba.</translation>
    </message>
    <message>
        <source>Connect a system</source>
        <translation>Conectar un sistema</translation>
    </message>
    <message>
        <source>A shop with products, people and two simulated systems. Nothing leaves this machine.</source>
        <translation>Una tienda con productos, personas y dos sistemas simulados. Nada sale de este equipo.</translation>
    </message>
    <message>
        <source>Opening the demo shop…</source>
        <translation>Abriendo la tienda de prueba…</translation>
    </message>
    <message>
        <source>Try the demo shop</source>
        <translation>Probar la tienda de prueba</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Cash</source>
        <translation>Efectivo</translation>
    </message>
    <message>
        <source>Card terminal</source>
        <translation>Terminal de tarjeta</translation>
    </message>
    <message>
        <source>Gift card</source>
        <translation>Tarjeta regalo</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Otro</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propietario</translation>
    </message>
    <message>
        <source>Manager</source>
        <translation>Encargado</translation>
    </message>
    <message>
        <source>Supervisor</source>
        <translation>Supervisor</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>Cajero</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Confirmado</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Enviando</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Comprobando</translation>
    </message>
    <message>
        <source>Held back</source>
        <translation>Retenido</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Rechazado</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Apartar</translation>
    </message>
    <message>
        <source>Waits there</source>
        <translation>Espera allí</translation>
    </message>
    <message>
        <source>Look there</source>
        <translation>Mirar allí</translation>
    </message>
    <message>
        <source>The system could not be reached.</source>
        <translation>No se pudo contactar con el sistema.</translation>
    </message>
    <message>
        <source>There is no network.</source>
        <translation>No hay red.</translation>
    </message>
    <message>
        <source>The system asked us to slow down.</source>
        <translation>El sistema pidió ir más despacio.</translation>
    </message>
    <message>
        <source>No answer came back. It may have arrived.</source>
        <translation>No llegó respuesta. Puede que haya llegado.</translation>
    </message>
    <message>
        <source>The system does not accept our sign-in.</source>
        <translation>El sistema no acepta nuestro acceso.</translation>
    </message>
    <message>
        <source>Access was withdrawn at the system.</source>
        <translation>El sistema retiró el acceso.</translation>
    </message>
    <message>
        <source>A permission is missing at the system.</source>
        <translation>Falta un permiso en el sistema.</translation>
    </message>
    <message>
        <source>The system refused the order as it is.</source>
        <translation>El sistema rechazó el pedido tal como está.</translation>
    </message>
    <message>
        <source>It was changed on the other side.</source>
        <translation>Se cambió en el otro lado.</translation>
    </message>
    <message>
        <source>The system does not know it.</source>
        <translation>El sistema no lo conoce.</translation>
    </message>
    <message>
        <source>The system cannot do this.</source>
        <translation>El sistema no puede hacerlo.</translation>
    </message>
    <message>
        <source>An earlier order goes first.</source>
        <translation>Un pedido anterior va primero.</translation>
    </message>
    <message>
        <source>It has expired.</source>
        <translation>Ha caducado.</translation>
    </message>
    <message>
        <source>It is not valid yet.</source>
        <translation>Aún no es válido.</translation>
    </message>
    <message>
        <source>It has been used up.</source>
        <translation>Ya se ha agotado.</translation>
    </message>
    <message>
        <source>The basket is below the minimum.</source>
        <translation>La cesta no llega al mínimo.</translation>
    </message>
    <message>
        <source>Nothing in the basket qualifies.</source>
        <translation>Nada en la cesta cumple las condiciones.</translation>
    </message>
    <message>
        <source>The printer did not answer.</source>
        <translation>La impresora no respondió.</translation>
    </message>
    <message>
        <source>The key is wrong.</source>
        <translation>La clave es incorrecta.</translation>
    </message>
    <message>
        <source>Orders still wait for this system.</source>
        <translation>Aún hay pedidos en espera de este sistema.</translation>
    </message>
    <message>
        <source>Messaging is not connected.</source>
        <translation>La mensajería no está conectada.</translation>
    </message>
    <message>
        <source>No printer is connected.</source>
        <translation>No hay ninguna impresora conectada.</translation>
    </message>
    <message>
        <source>E-mail is not set up.</source>
        <translation>El correo no está configurado.</translation>
    </message>
    <message>
        <source>A manager has to approve this.</source>
        <translation>Un encargado debe aprobarlo.</translation>
    </message>
    <message>
        <source>That PIN is not right.</source>
        <translation>El PIN no es correcto.</translation>
    </message>
    <message>
        <source>Too many wrong tries.</source>
        <translation>Demasiados intentos fallidos.</translation>
    </message>
    <message>
        <source>There is no such system at this address.</source>
        <translation>En esta dirección no está ese sistema.</translation>
    </message>
    <message>
        <source>Not reached yet.</source>
        <translation>Aún sin contacto.</translation>
    </message>
    <message>
        <source>A person set it aside.</source>
        <translation>Una persona lo apartó.</translation>
    </message>
    <message>
        <source>Sent; it is read back to be sure.</source>
        <translation>Enviado; se relee para estar seguros.</translation>
    </message>
    <message>
        <source>Not there yet; it is looked up once more before it is sent.</source>
        <translation>Aún no está; se consulta otra vez antes de enviarlo.</translation>
    </message>
    <message>
        <source>It is there but not finished yet.</source>
        <translation>Está allí, pero sin terminar.</translation>
    </message>
    <message>
        <source>Nobody could tell whether it arrived: look at the system.</source>
        <translation>Nadie pudo saber si llegó: mire en el sistema.</translation>
    </message>
    <message>
        <source>A backup was restored: it is looked up first.</source>
        <translation>Se restauró una copia: primero se consulta.</translation>
    </message>
    <message>
        <source>No answer came back, and only a person can look whether it is there.</source>
        <translation>No llegó respuesta, y solo una persona puede mirar si está.</translation>
    </message>
    <message>
        <source>Nobody knows this code.</source>
        <translation>Nadie conoce este código.</translation>
    </message>
    <message>
        <source>It is not active.</source>
        <translation>No está activo.</translation>
    </message>
    <message>
        <source>The basket is above the maximum.</source>
        <translation>La cesta supera el máximo.</translation>
    </message>
    <message>
        <source>There are too few articles for it.</source>
        <translation>Hay muy pocos artículos para aplicarlo.</translation>
    </message>
    <message>
        <source>It is not for this customer.</source>
        <translation>No es para este cliente.</translation>
    </message>
    <message>
        <source>It does not go with another discount.</source>
        <translation>No se combina con otro descuento.</translation>
    </message>
    <message>
        <source>Nothing is left on it.</source>
        <translation>No le queda saldo.</translation>
    </message>
    <message>
        <source>A connected system takes one payment only.</source>
        <translation>Un sistema conectado solo admite un pago.</translation>
    </message>
    <message>
        <source>Cards are sold at the system itself.</source>
        <translation>Las tarjetas se venden en el propio sistema.</translation>
    </message>
    <message>
        <source>Switched off in the settings.</source>
        <translation>Desactivado en los ajustes.</translation>
    </message>
    <message>
        <source>It did not work (%1).</source>
        <translation>No funcionó (%1).</translation>
    </message>
    <message>
        <source>Nothing to do: it is tried again by itself.</source>
        <translation>Nada que hacer: se reintenta solo.</translation>
    </message>
    <message>
        <source>Nothing to do: we look it up before sending again.</source>
        <translation>Nada que hacer: lo buscamos antes de reenviar.</translation>
    </message>
    <message>
        <source>Sign in again under Systems.</source>
        <translation>Inicie sesión de nuevo en Sistemas.</translation>
    </message>
    <message>
        <source>Match the product, then try again.</source>
        <translation>Asocie el producto y vuelva a intentarlo.</translation>
    </message>
    <message>
        <source>Correct the customer, then try again.</source>
        <translation>Corrija el cliente y vuelva a intentarlo.</translation>
    </message>
    <message>
        <source>Ask a manager to decide.</source>
        <translation>Pida a un encargado que decida.</translation>
    </message>
    <message>
        <source>Copy the key again from the system&apos;s settings page.</source>
        <translation>Copie de nuevo la clave de la página de ajustes del sistema.</translation>
    </message>
    <message>
        <source>Check the network cable or the Wi-Fi, then test again.</source>
        <translation>Revise el cable de red o el wifi y pruebe de nuevo.</translation>
    </message>
    <message>
        <source>Give the key the permission that is named, then test again.</source>
        <translation>Dé a la clave el permiso indicado y pruebe de nuevo.</translation>
    </message>
    <message>
        <source>Check the address, then test again.</source>
        <translation>Revise la dirección y pruebe de nuevo.</translation>
    </message>
    <message>
        <source>Fill in the location, then test again.</source>
        <translation>Indique el local y pruebe de nuevo.</translation>
    </message>
    <message>
        <source>Empty the queue first, or set these orders aside.</source>
        <translation>Vacíe antes la cola o aparte estos pedidos.</translation>
    </message>
    <message>
        <source>from this till&apos;s memory</source>
        <translation>según la memoria de esta caja</translation>
    </message>
    <message>
        <source>checked at %1</source>
        <translation>comprobado en %1</translation>
    </message>
    <message>
        <source>checked at the system</source>
        <translation>comprobado en el sistema</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Funciona</translation>
    </message>
    <message>
        <source>Catching up</source>
        <translation>Poniéndose al día</translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation>Inaccesible</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Volver a entrar</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Le necesita</translation>
    </message>
    <message>
        <source>POS</source>
        <translation>TPV</translation>
    </message>
    <message>
        <source>Online shop</source>
        <translation>Tienda en línea</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Mensajes</translation>
    </message>
    <message>
        <source>Analytics</source>
        <translation>Análisis</translation>
    </message>
    <message>
        <source>Split payments</source>
        <translation>Pagos divididos</translation>
    </message>
    <message>
        <source>Discounts on the whole order</source>
        <translation>Descuentos sobre el pedido</translation>
    </message>
    <message>
        <source>Refunds</source>
        <translation>Devoluciones</translation>
    </message>
    <message>
        <source>Gift cards</source>
        <translation>Tarjetas regalo</translation>
    </message>
    <message>
        <source>News at once (webhooks)</source>
        <translation>Avisos inmediatos (webhooks)</translation>
    </message>
    <message>
        <source>Stock both ways</source>
        <translation>Existencias en ambos sentidos</translation>
    </message>
    <message>
        <source>Order history: %1</source>
        <translation>Historial de pedidos: %1</translation>
    </message>
    <message>
        <source>Orders that nobody has to confirm there</source>
        <translation>Pedidos que nadie tiene que confirmar allí</translation>
    </message>
    <message>
        <source>Payments along with the order</source>
        <translation>Pagos junto con el pedido</translation>
    </message>
    <message>
        <source>Gift cards: the balance only</source>
        <translation>Tarjetas regalo: solo el saldo</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) refused</source>
        <translation>
            <numerusform>%n pedido rechazado</numerusform>
            <numerusform>%n pedidos rechazados</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n system(s) to sign in to again</source>
        <translation>
            <numerusform>%n sistema en el que volver a entrar</numerusform>
            <numerusform>%n sistemas en los que volver a entrar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conflict(s) to settle</source>
        <translation>
            <numerusform>%n conflicto por resolver</numerusform>
            <numerusform>%n conflictos por resolver</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n product(s) without a match</source>
        <translation>
            <numerusform>%n producto sin pareja</numerusform>
            <numerusform>%n productos sin pareja</numerusform>
        </translation>
    </message>
    <message>
        <source>Kept here</source>
        <translation>Guardado aquí</translation>
    </message>
    <message>
        <source>On its way</source>
        <translation>En camino</translation>
    </message>
    <message>
        <source>Sold</source>
        <translation>Vendido</translation>
    </message>
    <message>
        <source>Sent to %1</source>
        <translation>Enviado a %1</translation>
    </message>
    <message>
        <source>Waits for %1</source>
        <translation>Espera a %1</translation>
    </message>
    <message>
        <source>Checking at %1</source>
        <translation>Comprobando en %1</translation>
    </message>
    <message>
        <source>Waits to be finished at %1</source>
        <translation>Espera a que se termine en %1</translation>
    </message>
    <message>
        <source>Held back from %1</source>
        <translation>Retenido para %1</translation>
    </message>
    <message>
        <source>%1 refused it</source>
        <translation>%1 lo rechazó</translation>
    </message>
    <message>
        <source>Confirmed by %1</source>
        <translation>Confirmado por %1</translation>
    </message>
    <message>
        <source>Given back</source>
        <translation>Devuelto</translation>
    </message>
</context>
</TS>
